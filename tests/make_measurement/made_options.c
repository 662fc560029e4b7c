#include "make_measurement/made_options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "make_measurement/drawing.h"

const char options_help[] =
    "Usage: make_measurement OUTPUT.rtdc [OPTION]...\n"
    "Draw a made-up measurement of an imaging deformability cytometer and write it as .rtdc file. The pictures and\n"
    "their times depend on the seed, the numbers, rates and sizes alone, not on how they are stored.\n"
    "\n"
    "  --frames N         frames in the file (4000)\n"
    "  --width N          pixels (320)\n"
    "  --height N         pixels (80)\n"
    "  --rate R           events a second on average, bursts aside (200)\n"
    "  --frame-rate R     frames a second that the camera takes (3000)\n"
    "  --layout LAYOUT    whole: chunks of whole frames (default); tiles: chunks of 20 x 125 pixels; contiguous\n"
    "  --chunk N          frames in a chunk (whole: 1 MiB, 10 to 1000 frames; tiles: 5)\n"
    "  --filter FILTER    zstd-1 .. zstd-9, gzip-1 .. gzip-9, szip, lzf, none (zstd-5; contiguous: none)\n"
    "  --shuffle          shuffle bytes before they are compressed\n"
    "  --fletcher WHERE   checksum: none, before or after compression (after; contiguous: none)\n"
    "  --time KIND        float64 or float32: events/time of this type, events/frame and the frame rate (float64);\n"
    "                     frame: events/frame and the frame rate; rate: the frame rate; none: nothing of these\n"
    "  --format FORMAT    of HDF5: old (default) or new, which is that of the latest version\n"
    "  --flicker A        the brightness of frames varies by up to A grey values (3)\n"
    "  --drift D          grey values by which it gets darker, -100 to 100 (5)\n"
    "  --empty            no cells pass\n"
    "  --pause SECONDS    in the middle nothing is recorded for so long (0)\n"
    "  --bursts N         bursts of cells, in which background images show streaks (3), of some 300 frames\n"
    "  --burst-fraction F of all frames, that they take together at most (0.2, as cleansing keeps the others)\n"
    "  --seed N           of the pseudo-random numbers (1)\n"
    "  --help             show this help\n";

enum option_key {
    FRAMES = 1,
    WIDTH,
    HEIGHT,
    RATE,
    FRAME_RATE,
    LAYOUT,
    CHUNK,
    FILTER,
    SHUFFLE,
    FLETCHER,
    TIME,
    FORMAT,
    FLICKER,
    DRIFT,
    EMPTY,
    PAUSE,
    BURSTS,
    BURST_FRACTION,
    SEED,
    HELP,
};

static const struct option options[] = {
    {"frames", required_argument, NULL, FRAMES},
    {"width", required_argument, NULL, WIDTH},
    {"height", required_argument, NULL, HEIGHT},
    {"rate", required_argument, NULL, RATE},
    {"frame-rate", required_argument, NULL, FRAME_RATE},
    {"layout", required_argument, NULL, LAYOUT},
    {"chunk", required_argument, NULL, CHUNK},
    {"filter", required_argument, NULL, FILTER},
    {"shuffle", no_argument, NULL, SHUFFLE},
    {"fletcher", required_argument, NULL, FLETCHER},
    {"time", required_argument, NULL, TIME},
    {"format", required_argument, NULL, FORMAT},
    {"flicker", required_argument, NULL, FLICKER},
    {"drift", required_argument, NULL, DRIFT},
    {"empty", no_argument, NULL, EMPTY},
    {"pause", required_argument, NULL, PAUSE},
    {"bursts", required_argument, NULL, BURSTS},
    {"burst-fraction", required_argument, NULL, BURST_FRACTION},
    {"seed", required_argument, NULL, SEED},
    {"help", no_argument, NULL, HELP},
    {NULL, 0, NULL, 0},
};

/* What is valid for each. */
static const char *const valid[] = {
    [FRAMES] = "a whole number from 1 to 1000000000",
    [WIDTH] = "a whole number from 16 to 8192",
    [HEIGHT] = "a whole number from 32 to 8192",
    [RATE] = "a number from 0.001 to 1000000",
    [FRAME_RATE] = "a number from 0.001 to 1000000",
    [LAYOUT] = "whole, tiles or contiguous",
    [CHUNK] = "a whole number from 1 to 1000000",
    [FILTER] = "zstd-1 .. zstd-9, gzip-1 .. gzip-9, szip, lzf or none",
    [FLETCHER] = "none, before or after",
    [TIME] = "float64, float32, frame, rate or none",
    [FORMAT] = "old or new",
    [FLICKER] = "a number from 0 to 100",
    [DRIFT] = "a number from -100 to 100",
    [PAUSE] = "a number from 0 to 1000000",
    [BURSTS] = "a whole number from 0 to 1000000",
    [BURST_FRACTION] = "a number from 0 to 1",
    [SEED] = "a whole number from 0 to 18446744073709551615",
};

/* Words in the order of the enumerations. */
static const char *const layouts[] = {"whole", "tiles", "contiguous", NULL};
static const char *const checksums[] = {"none", "before", "after", NULL};
static const char *const timings[] = {"float64", "float32", "frame", "rate", "none", NULL};
static const char *const formats[] = {"old", "new", NULL};
static const char *const compressors[] = {"none", "szip", "lzf", "zstd", "gzip", NULL};

static bool read_count(const char *text, size_t least, size_t most, size_t *value) {
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    *value = (size_t)number;
    return isdigit((unsigned char)*text) && *end == '\0' && errno == 0 && number >= least && number <= most;
}

static bool read_number(const char *text, double least, double most, double *value) {
    char *end;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && *value >= least && *value <= most;
}

/* The text up to `length` must be one of the words. */
static bool read_word(const char *text, size_t length, const char *const *words, unsigned *value) {
    for (*value = 0; words[*value]; ++*value) {
        if (strlen(words[*value]) == length && strncmp(text, words[*value], length) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_filter(const char *text, struct measurement *m) {
    size_t length = strcspn(text, "-");
    if (!read_word(text, length, compressors, &m->compressor)) {
        return false;
    }
    if (m->compressor != COMPRESSOR_ZSTD && m->compressor != COMPRESSOR_GZIP) {
        return text[length] == '\0';
    }
    const char *level = text + length;
    m->level = level[0] ? (unsigned)(level[1] - '0') : 0;
    return m->level >= 1 && m->level <= 9 && level[2] == '\0';
}

/* What was asked for, as far as later checks must know it from a default. */
struct given {
    bool filter, checksum;
};

static bool read_option(int key, const char *text, struct measurement *m, struct given *given) {
    switch (key) {
    case FRAMES:
        return read_count(text, 1, 1000000000, &m->n_frames);
    case WIDTH:
        return read_count(text, MIN_WIDTH, MAX_SIZE, &m->width);
    case HEIGHT:
        return read_count(text, MIN_HEIGHT, MAX_SIZE, &m->height);
    case RATE:
        return read_number(text, 0.001, 1e6, &m->rate);
    case FRAME_RATE:
        return read_number(text, 0.001, 1e6, &m->frame_rate);
    case LAYOUT:
        return read_word(text, strlen(text), layouts, &m->layout);
    case CHUNK:
        return read_count(text, 1, 1000000, &m->chunk_frames);
    case FILTER:
        given->filter = true;
        return read_filter(text, m);
    case SHUFFLE:
        return m->shuffle = true;
    case FLETCHER:
        given->checksum = true;
        return read_word(text, strlen(text), checksums, &m->checksum);
    case TIME:
        return read_word(text, strlen(text), timings, &m->timing);
    case FORMAT:
        return read_word(text, strlen(text), formats, &m->format);
    case FLICKER:
        return read_number(text, 0, 100, &m->flicker);
    case DRIFT:
        return read_number(text, -100, 100, &m->drift);
    case EMPTY:
        return m->empty = true;
    case PAUSE:
        return read_number(text, 0, 1e6, &m->pause);
    case BURSTS:
        return read_count(text, 0, 1000000, &m->n_bursts);
    case BURST_FRACTION:
        return read_number(text, 0, 1, &m->burst_fraction);
    default: /* SEED */
        return read_count(text, 0, UINT64_MAX, &m->seed);
    }
}

/* A contiguous layout has no chunks that filters could be applied to. */
static enum sparsemed_status settle_contiguous(struct measurement *m, const struct given *given,
                                               struct sparsemed_error *error) {
    bool filtered = (given->filter && m->compressor != COMPRESSOR_NONE) ||
                    (given->checksum && m->checksum != CHECKSUM_NONE) || m->shuffle;
    if (filtered || m->chunk_frames > 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "--layout contiguous goes with none of --chunk, --filter, --shuffle and --fletcher");
    }
    m->compressor = COMPRESSOR_NONE;
    m->checksum = CHECKSUM_NONE;
    return SPARSEMED_OK;
}

/* Check what options allow only together, and fill in the defaults that depend on others. */
static enum sparsemed_status settle(struct measurement *m, const struct given *given, struct sparsemed_error *error) {
    const size_t frame_bytes = m->height * m->width, megabyte = 1 << 20;
    if (m->rate > m->frame_rate) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--rate must not be above --frame-rate, which is %g",
                              m->frame_rate);
    }
    if (m->layout == LAYOUT_CONTIGUOUS && settle_contiguous(m, given, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (m->chunk_frames == 0 && m->layout == LAYOUT_TILES) {
        m->chunk_frames = 5;
    } else if (m->chunk_frames == 0) {
        size_t n = megabyte / frame_bytes;
        m->chunk_frames = n < 10 ? 10 : n > 1000 ? 1000 : n;
    }
    if (m->chunk_frames > UINT32_MAX / frame_bytes) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "--chunk must be at most %zu with frames of %zu x %zu pixels: HDF5 allows 4 GiB",
                              UINT32_MAX / frame_bytes, m->width, m->height);
    }
    return SPARSEMED_OK;
}

/* Name of the option that the parser is at. */
static const char *name_of(int key) {
    for (size_t i = 0; options[i].name; i++) {
        if (options[i].val == key) {
            return options[i].name;
        }
    }
    return "";
}

enum sparsemed_status options_parse(int argc, char **argv, struct measurement *measurement,
                                    struct sparsemed_error *error) {
    *measurement = MEASUREMENT_DEFAULT;
    struct given given = {false, false};
    opterr = 0;
    int key;
    while ((key = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (key == HELP) {
            measurement->path = NULL;
            return SPARSEMED_OK;
        }
        if (key == '?') {
            return sparsemed_fail(error, SPARSEMED_USAGE, "%s is not valid; see --help for the options",
                                  argv[optind - 1]);
        }
        if (key == ':') {
            return sparsemed_fail(error, SPARSEMED_USAGE, "%s needs a value: %s", argv[optind - 1], valid[optopt]);
        }
        if (!read_option(key, optarg, measurement, &given)) {
            return sparsemed_fail(error, SPARSEMED_USAGE, "--%s must be %s, not \"%s\"", name_of(key), valid[key],
                                  optarg);
        }
    }
    if (optind != argc - 1) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "name one output file: make_measurement OUTPUT.rtdc [OPTION]...; see --help");
    }
    measurement->path = argv[optind];
    return settle(measurement, &given, error);
}
