/* Makes a measurement that is sound, and has everything that HDF5 can have and hardly anybody writes. Usage:
 * rare_measurement FORMAT FILE, where FORMAT is
 *
 *     old      of HDF5 1.6: attributes and links are stored in the header and in symbol tables
 *     latest   of the library that is here: attributes and links are dense, and in the order they were made
 *     block    latest, behind a user block
 *     paged    latest, with its space in pages and what is free kept
 *     shared   latest, with messages of headers that objects share
 *     swmr     latest, as a file that is read while it is written */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/demand.h"
#include "support/hdf5_files.h"
#include "support/pipelines.h"
#include "support/unit_test.h"

enum { N_FRAMES = 200, HEIGHT = 20, WIDTH = 30, N_MANY = 40 };

static bool dense; /* whether the format has dense attributes and links */

/* ---- types ---- */

enum { N_TYPES = 18 };

struct kind {
    const char *name;
    hid_t type;
    size_t size;        /* of an element in memory */
    const void *values; /* three of them */
};

struct record {
    int16_t number;
    const char *text;
    float triple[3];
    int8_t state;
};

static const char *const texts[] = {"one", "zw\xc3\xb6lf", ""};
static const int32_t numbers[] = {1, -2, 300000};
static int32_t few[] = {7, 8};
static const hvl_t lists[] = {{2, few}, {0, NULL}, {1, few + 1}};
static const float triples[3][3] = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
static const int8_t states[] = {0, 1, 0};
static const char bytes[] = "123456789";
static const struct record records[] = {{1, "a", {1, 2, 3}, 1}, {2, NULL, {4, 5, 6}, 0}, {3, "three", {7, 8, 9}, 1}};

static hid_t state_type(void) {
    hid_t type = H5Tenum_create(H5T_STD_I8BE);
    static const int8_t off = 0, on = 1;
    good(H5Tenum_insert(type, "off", &off), "name a value");
    good(H5Tenum_insert(type, "on", &on), "name a value");
    return type;
}

static hid_t record_type(void) {
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(struct record)), text = variable_text(H5T_CSET_UTF8),
          state = state_type();
    const hsize_t three = 3;
    hid_t triple = H5Tarray_create2(H5T_NATIVE_FLOAT, 1, &three);
    good(H5Tinsert(type, "number", HOFFSET(struct record, number), H5T_STD_I16BE), "add a member");
    good(H5Tinsert(type, "text", HOFFSET(struct record, text), text), "add a member");
    good(H5Tinsert(type, "triple", HOFFSET(struct record, triple), triple), "add a member");
    good(H5Tinsert(type, "state", HOFFSET(struct record, state), state), "add a member");
    H5Tclose(triple);
    H5Tclose(state);
    H5Tclose(text);
    return type;
}

static size_t make_types(hid_t file, struct kind kinds[N_TYPES]) {
    const hsize_t three = 3;
    size_t n = 0;
    hid_t opaque = H5Tcreate(H5T_OPAQUE, 3), committed = H5Tcopy(H5T_STD_I32LE);
    good(H5Tset_tag(opaque, "three bytes"), "tag a type");
    good(H5Tcommit2(file, "committed", committed, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "commit a type");
    kinds[n++] = (struct kind){"big_endian", H5Tcopy(H5T_STD_I32BE), 4, numbers};
    kinds[n++] = (struct kind){"bits", H5Tcopy(H5T_STD_B32BE), 4, numbers};
    kinds[n++] = (struct kind){"variable", variable_text(H5T_CSET_UTF8), sizeof(char *), texts};
    kinds[n++] = (struct kind){"ascii", fixed_text(3, H5T_STR_SPACEPAD, H5T_CSET_ASCII), 3, bytes};
    kinds[n++] = (struct kind){"utf8", fixed_text(3, H5T_STR_NULLPAD, H5T_CSET_UTF8), 3, bytes};
    kinds[n++] = (struct kind){"terminated", fixed_text(3, H5T_STR_NULLTERM, H5T_CSET_ASCII), 3, "ab\0cd\0ef"};
    kinds[n++] = (struct kind){"opaque", opaque, 3, bytes};
    kinds[n++] = (struct kind){"state", state_type(), 1, states};
    kinds[n++] = (struct kind){"list", H5Tvlen_create(H5T_STD_I32BE), sizeof(hvl_t), lists};
    kinds[n++] = (struct kind){"array", H5Tarray_create2(H5T_IEEE_F32LE, 1, &three), sizeof *triples, triples};
    kinds[n++] = (struct kind){"record", record_type(), sizeof(struct record), records};
    kinds[n++] = (struct kind){"committed", committed, 4, numbers};
    return n;
}

/* ---- objects ---- */

/* Attributes of every type and shape on an object, which may have them dense. */
static void add_attributes(hid_t object, const struct kind *kinds, size_t n_kinds) {
    char name[64];
    for (size_t i = 0; i < n_kinds; i++) {
        snprintf(name, sizeof name, "scalar %s", kinds[i].name);
        add_attribute(object, name, kinds[i].type, 0, kinds[i].values);
        snprintf(name, sizeof name, "three %s", kinds[i].name);
        add_attribute(object, name, kinds[i].type, 3, kinds[i].values);
        snprintf(name, sizeof name, "null %s", kinds[i].name);
        hid_t space = H5Screate(H5S_NULL);
        hid_t attribute = H5Acreate2(object, name, kinds[i].type, space, H5P_DEFAULT, H5P_DEFAULT);
        good(H5Aclose(attribute), "make an attribute");
        H5Sclose(space);
    }
    for (int i = 0; i < N_MANY; i++) {
        snprintf(name, sizeof name, "many %02d", i);
        add_number_attribute(object, name, i);
    }
    if (dense) {
        static double large[16384]; /* more than a header holds */
        add_attribute(object, "large", H5T_IEEE_F64BE, 16384, large);
    }
}

static void add_references(hid_t file, hid_t object) {
    hobj_ref_t to_object;
    hdset_reg_ref_t to_region;
    const hsize_t first[] = {2, 0, 0}, count[] = {3, 5, 5};
    hid_t image = H5Dopen2(file, "events/image", H5P_DEFAULT), space = H5Dget_space(image);
    good(H5Sselect_hyperslab(space, H5S_SELECT_SET, first, NULL, count, NULL), "select frames");
    good(H5Rcreate(&to_object, file, "events/image", H5R_OBJECT, -1), "refer to an object");
    good(H5Rcreate(&to_region, file, "events/image", H5R_DATASET_REGION, space), "refer to a region");
    add_attribute(object, "reference", H5T_STD_REF_OBJ, 0, &to_object);
    add_attribute(object, "region", H5T_STD_REF_DSETREG, 0, &to_region);
    H5Sclose(space);
    H5Dclose(image);
}

/* Properties of groups and datasets whose attributes and links are dense and ordered. */
static hid_t ordered(hid_t class) {
    hid_t creation = H5Pcreate(class);
    if (dense) {
        good(H5Pset_attr_phase_change(creation, 0, 0), "make attributes dense");
        good(H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "order attributes");
        if (class != H5P_DATASET_CREATE) {
            good(H5Pset_link_phase_change(creation, 0, 0), "make links dense");
            good(H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "order links");
        }
    }
    return creation;
}

static void add_ordered_group(hid_t file, const char *name, const struct kind *kinds, size_t n_kinds) {
    hid_t creation = ordered(H5P_GROUP_CREATE), group = H5Gcreate2(file, name, H5P_DEFAULT, creation, H5P_DEFAULT);
    add_attributes(group, kinds, n_kinds);
    H5Gclose(group);
    H5Pclose(creation);
}

/* A dataset of every kind in every layout. */
static void add_datasets(hid_t group, const struct kind *kinds, size_t n_kinds, bool texts_only) {
    static const char *const layouts[] = {"contiguous", "compact", "chunked", "early", "growing", "filtered"};
    const hsize_t three = 3, two = 2, no_limit = H5S_UNLIMITED;
    for (size_t i = 0; i < n_kinds * LENGTH(layouts); i++) {
        const struct kind *kind = &kinds[i / LENGTH(layouts)];
        const char *layout = layouts[i % LENGTH(layouts)];
        if (texts_only && H5Tget_class(kind->type) != H5T_STRING) {
            continue;
        }
        char name[64];
        snprintf(name, sizeof name, "%s_%s", layout, kind->name);
        hid_t creation = ordered(H5P_DATASET_CREATE), space = H5Screate_simple(1, &three, NULL);
        if (strcmp(layout, "compact") == 0) {
            H5Pset_layout(creation, H5D_COMPACT);
        } else if (strcmp(layout, "contiguous") != 0) {
            H5Pset_chunk(creation, 1, &two);
        }
        if (strcmp(layout, "early") == 0) {
            H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
        } else if (strcmp(layout, "growing") == 0) {
            H5Sset_extent_simple(space, 1, &three, &no_limit);
        } else if (strcmp(layout, "filtered") == 0) {
            pipeline_add(creation, H5Tdetect_class(kind->type, H5T_VLEN) > 0 || H5Tis_variable_str(kind->type) > 0
                                       ? "gzip"
                                       : "shuffle gzip fletcher");
        }
        hid_t dataset = H5Dcreate2(group, name, kind->type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
        good(H5Dwrite(dataset, kind->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, kind->values), "write a dataset");
        if (strcmp(layout, "contiguous") == 0 || strcmp(layout, "compact") == 0) {
            add_attributes(dataset, kinds, n_kinds);
        }
        H5Dclose(dataset);
        H5Sclose(space);
        H5Pclose(creation);
        snprintf(name, sizeof name, "one_%s", kind->name);
        if (i % LENGTH(layouts) == 0) {
            add_dataset(group, name, kind->type, 0, NULL, H5P_DEFAULT, kind->values);
        }
    }
}

static void add_odd_things(hid_t group) {
    const hsize_t nothing = 0;
    hid_t space = H5Screate(H5S_NULL);
    hid_t dataset = H5Dcreate2(group, "null", H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    good(H5Dclose(dataset), "make a dataset of nothing");
    H5Sclose(space);
    add_dataset(group, "empty", H5T_STD_I32LE, 1, &nothing, H5P_DEFAULT, NULL);
    add_group(group, "group");
    good(H5Lcreate_soft("one_ascii", group, "soft", H5P_DEFAULT, H5P_DEFAULT), "link");
    good(H5Lcreate_soft("/nowhere", group, "broken", H5P_DEFAULT, H5P_DEFAULT), "link");
    good(H5Lcreate_hard(group, "one_ascii", group, "hard", H5P_DEFAULT, H5P_DEFAULT), "link");
    hid_t type = H5Tcopy(H5T_STD_I16BE);
    good(H5Tcommit2(group, "type", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "commit a type");
    H5Tclose(type);
}

/* Groups in each other, a circle, and a name that is longer than most. */
static void add_other_things(hid_t file) {
    enum { DEPTH = 200, LENGTH_OF_NAME = 2000 };
    char name[LENGTH_OF_NAME + 1];
    hid_t group = H5Gopen2(file, "other", H5P_DEFAULT);
    good(H5Lcreate_hard(file, "/", group, "all", H5P_DEFAULT, H5P_DEFAULT), "link");
    memset(name, 'n', LENGTH_OF_NAME);
    name[LENGTH_OF_NAME] = '\0';
    add_group(group, name);
    for (int i = 0; i < DEPTH; i++) {
        hid_t inner = H5Gcreate2(group, "in", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Gclose(group);
        group = inner;
    }
    H5Gclose(group);
}

static void add_frames(hid_t file) {
    static uint8_t frames[N_FRAMES * HEIGHT * WIDTH];
    const hsize_t extent[3] = {N_FRAMES, HEIGHT, WIDTH}, chunk[3] = {7, HEIGHT, WIDTH};
    static double times[N_FRAMES];
    for (size_t i = 0; i < sizeof frames; i++) {
        frames[i] = (uint8_t)(100 + (i * 2654435761U >> 24) % 40);
    }
    for (int i = 0; i < N_FRAMES; i++) {
        times[i] = i / 50.0;
    }
    hid_t creation = ordered(H5P_DATASET_CREATE), compact = ordered(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 3, chunk);
    pipeline_add(creation, "gzip");
    hid_t space = H5Screate_simple(3, extent, NULL);
    hid_t dataset = H5Dcreate2(file, "events/image", H5T_STD_U8BE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    good(H5Dwrite(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, frames), "write frames");
    add_number_attribute(dataset, "number", 1);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pset_layout(compact, H5D_COMPACT);
    space = H5Screate_simple(1, extent, NULL);
    dataset = H5Dcreate2(file, "events/time", H5T_IEEE_F64BE, space, H5P_DEFAULT, compact, H5P_DEFAULT);
    good(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, times), "write times");
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pclose(compact);
    H5Pclose(creation);
}

/* A file basin, which new outputs take over, with a map that has dense attributes; it leads nowhere. */
static void add_basin(hid_t file, const struct kind *kinds, size_t n_kinds) {
    static int64_t map[N_FRAMES];
    static const char definition[] =
        "{\"description\": \"d\", \"name\": \"n\", \"format\": \"hdf5\", \"type\": \"file\","
        " \"paths\": [\"nowhere.rtdc\"], \"features\": [\"deform\"],"
        " \"mapping\": \"basinmap3\"}";
    const hsize_t extent = N_FRAMES, chunk = 60;
    for (int i = 0; i < N_FRAMES; i++) {
        map[i] = N_FRAMES - 1 - i;
    }
    hid_t creation = ordered(H5P_DATASET_CREATE), space = H5Screate_simple(1, &extent, NULL);
    H5Pset_chunk(creation, 1, &chunk);
    pipeline_add(creation, "shuffle gzip");
    hid_t dataset = H5Dcreate2(file, "events/basinmap3", H5T_STD_I64BE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    good(H5Dwrite(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, map), "write a map");
    add_attributes(dataset, kinds, n_kinds);
    add_references(file, dataset);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pclose(creation);
    add_definition(file, "rare", definition);
}

static hid_t make_file(const char *format, const char *path) {
    hid_t creation = ordered(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    if (dense) {
        H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    }
    if (strcmp(format, "block") == 0) {
        H5Pset_userblock(creation, 1024);
    } else if (strcmp(format, "paged") == 0) {
        H5Pset_file_space_strategy(creation, H5F_FSPACE_STRATEGY_PAGE, 1, 1);
        H5Pset_file_space_page_size(creation, 4096);
    } else if (strcmp(format, "shared") == 0) {
        good(H5Pset_shared_mesg_nindexes(creation, 1), "share messages");
        good(H5Pset_shared_mesg_index(creation, 0, H5O_SHMESG_ALL_FLAG, 20), "share messages");
    }
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
    demand(file >= 0, "make the file");
    H5Pclose(access);
    H5Pclose(creation);
    return file;
}

int main(int argc, char **argv) {
    static const char *const formats[] = {"old", "latest", "block", "paged", "shared", "swmr"};
    static const char *const groups[] = {"events", "logs", "tables", "basins", "other"};
    bool known = false;
    for (size_t i = 0; i < LENGTH(formats) && argc == 3; i++) {
        known = known || strcmp(argv[1], formats[i]) == 0;
    }
    if (!known) {
        fprintf(stderr, "Usage: rare_measurement old|latest|block|paged|shared|swmr FILE\n");
        return 2;
    }
    dense = strcmp(argv[1], "old") != 0;
    hid_t file = make_file(argv[1], argv[2]);
    struct kind kinds[N_TYPES];
    size_t n_kinds = make_types(file, kinds);
    add_attributes(file, kinds, n_kinds);
    for (size_t i = 0; i < LENGTH(groups); i++) {
        add_ordered_group(file, groups[i], kinds, n_kinds);
    }
    add_frames(file);
    add_references(file, file);
    add_basin(file, kinds, n_kinds);
    add_other_things(file);
    hid_t logs = H5Gopen2(file, "logs", H5P_DEFAULT), tables = H5Gopen2(file, "tables", H5P_DEFAULT);
    add_datasets(logs, kinds, n_kinds, true);
    add_odd_things(logs);
    add_datasets(tables, kinds, n_kinds, false);
    add_odd_things(tables);
    H5Gclose(tables);
    H5Gclose(logs);
    for (size_t i = 0; i < n_kinds; i++) {
        H5Tclose(kinds[i].type);
    }
    if (strcmp(argv[1], "swmr") == 0) {
        good(H5Fstart_swmr_write(file), "let it be read meanwhile");
    }
    close_file(file);
    return 0;
}
