/* The layout of .rtdc files: every name in them that this program reads or writes, and what it writes by a rule.
 *
 * A .rtdc file is an HDF5 file that holds a measurement, a background of one, or both:
 *
 *     /               attributes tell what was measured, when and how
 *     events/         features with one row a frame (image, time, bg_off ...), and maps (basinmap0 to 9)
 *     basin_events/   features with rows of their own, which a map gives to the frames (image_bg)
 *     basins/         basin definitions: where further features are
 *     logs/           texts, one line an element
 *     tables/         tables of any type
 *
 * A feature that is in events is the feature. Any other is looked for through basins: an internal one leads to a group
 * of the same file, a file basin to another file, which may have basins in turn. */
#ifndef RTDC_LAYOUT_H
#define RTDC_LAYOUT_H

#include "sparsemed/version.h"

/* ---- groups ---- */

#define SM_GROUP_EVENTS       "events"
#define SM_GROUP_BASIN_EVENTS "basin_events"
#define SM_GROUP_BASINS       "basins"
#define SM_GROUP_LOGS         "logs"
#define SM_GROUP_TABLES       "tables"

/* Ours, while an output is being updated: the datasets that the new background supersedes. */
#define SM_GROUP_SUPERSEDED "sparsemed superseded"

/* ---- features ---- */

#define SM_FEATURE_IMAGE    "image"    /* [frames][height][width] grey values of 8 bits */
#define SM_FEATURE_TIME     "time"     /* [frames] seconds, of any number type */
#define SM_FEATURE_FRAME    "frame"    /* [frames] numbers that the camera counts, of any number type */
#define SM_FEATURE_IMAGE_BG "image_bg" /* [images][height][width] background images, of 8 bits */
#define SM_FEATURE_BG_OFF   "bg_off"   /* [frames] brightness offset against the background (see offset.h), double */

/* The scalar features of a frame that are not computed from its image. dcnum hands them on to its results, each event
 * in them having that of its frame, but only what is in events of the file that it reads: so our outputs take them
 * over. */
#define SM_FRAME_FEATURES                                                                                              \
    "flow_rate", SM_FEATURE_FRAME, "g_force", "pressure", "temp", "temp_amb", SM_FEATURE_TIME, "userdef0", "userdef1", \
        "userdef2", "userdef3", "userdef4", "userdef5", "userdef6", "userdef7", "userdef8", "userdef9"

/* Where our outputs have the two that make up a background: images that frames share, or one a frame, and offsets. */
#define SM_PATH_IMAGE_BG     SM_GROUP_BASIN_EVENTS "/" SM_FEATURE_IMAGE_BG
#define SM_PATH_FRAME_IMAGES SM_GROUP_EVENTS "/" SM_FEATURE_IMAGE_BG
#define SM_PATH_BG_OFF       SM_GROUP_EVENTS "/" SM_FEATURE_BG_OFF

/* Maps, among the events: [frames] 64-bit integers, row j of the file is row map[j] of a basin. Their names are this
 * and a digit. */
#define SM_FEATURE_MAP   "basinmap"
#define SM_N_MAPS        10
#define SM_MAP_NAME_SIZE 16 /* bytes that hold the name of every map */
#define SM_MAP_PATH_MAX  32 /* bytes that hold its path, events/basinmap0 */

/* Frames in a chunk of a map and of bg_off. */
#define SM_FEATURE_CHUNK 1000

/* A chunk of image_bg has as many images as make up this, but within bounds. */
#define SM_IMAGE_CHUNK_BYTES (1 << 20)
#define SM_IMAGE_CHUNK_LEAST 10
#define SM_IMAGE_CHUNK_MOST  1000

/* ---- attributes of a file ---- */

/* The identifier of the measurement; where it is missing, time, date and set-up together make one. */
#define SM_ATTRIBUTE_RUN   "experiment:run identifier"
#define SM_ATTRIBUTE_DATE  "experiment:date"
#define SM_ATTRIBUTE_TIME  "experiment:time"
#define SM_ATTRIBUTE_SETUP "setup:identifier"

#define SM_ATTRIBUTE_RATE       "imaging:frame rate"     /* frames a second */
#define SM_ATTRIBUTE_PIXEL_SIZE "imaging:pixel size"     /* micrometres */
#define SM_ATTRIBUTE_EVENTS     "experiment:event count" /* how many events, which are frames, there are */

#define SM_ATTRIBUTE_REGION           "setup:chip region"      /* "channel" or "reservoir" */
#define SM_ATTRIBUTE_SOFTWARE_VERSION "setup:software version" /* the programs that worked on the file */

/* Ours: the identifier of an output that has a slice of a measurement is that of the measurement, this, and the slice
 * (see frames/slice.h). */
#define SM_IDENTIFIED_AS_SLICE "_slice-"

/* By the first three dcnum knows the background of one of its finished runs: its own generation, what was read, and the
 * background; by the hash of all steps, the run as a whole. */
#define SM_CLAIM_GENERATION "pipeline:dcnum generation"
#define SM_CLAIM_DATA       "pipeline:dcnum data"
#define SM_CLAIM_BACKGROUND "pipeline:dcnum background"
#define SM_CLAIM_HASH       "pipeline:dcnum hash"

/* ---- attributes of datasets ---- */

/* Of image_bg and bg_off: how the background was computed (see parameters.h), and which dcnum computes the same. */
#define SM_ATTRIBUTE_PPID            "dcnum ppid background"
#define SM_ATTRIBUTE_PPID_GENERATION "dcnum ppid generation"

/* Of image_bg: by these viewers know images. */
#define SM_ATTRIBUTE_CLASS    "CLASS"
#define SM_ATTRIBUTE_VERSION  "IMAGE_VERSION"
#define SM_ATTRIBUTE_SUBCLASS "IMAGE_SUBCLASS"
#define SM_CLASS_IMAGE        "IMAGE"
#define SM_VERSION_IMAGE      "1.2"
#define SM_SUBCLASS_GREY      "IMAGE_GRAYSCALE"

/* Of logs and tables: the programs that worked on it, the last one last. */
#define SM_ATTRIBUTE_SOFTWARE "software"
#define SM_SOFTWARE_AND       " | "
#define SM_SOFTWARE           "sparsemed " SPARSEMED_VERSION /* how this program names itself */

/* Ours, of image_bg: what frames and times an input had where these are not all those of a measurement, and what
 * measurement a file is a copy of, as JSON such as
 * {"paths": ["/data/in.h5", "in.h5"], "dataset": "scan/frames", "time": "scan/time"}. */
#define SM_ATTRIBUTE_SOURCE "sparsemed source"
#define SM_SOURCE_PATHS     "paths"      /* of the input: absolute, and from the output */
#define SM_SOURCE_COPY      "copy"       /* true where the file is a complete copy of the input */
#define SM_SOURCE_DATASET   "dataset"    /* of the frames */
#define SM_SOURCE_TIME      "time"       /* of the time stamps: a dataset, or the paths of a file */
#define SM_SOURCE_RATE      "frame rate" /* frames a second, where the input tells none */
#define SM_SOURCE_SLICE     "slice"      /* where only some of the frames were read (see frames/slice.h) */

/* ---- the table of split points ---- */

/* Ours, among the tables: a row a split point (see outputs/split_table.h), of doubles. */
#define SM_TABLE_SPLITS "sparsemed_background"
#define SM_PATH_SPLITS  SM_GROUP_TABLES "/" SM_TABLE_SPLITS

#define SM_SPLITS_TIME       "time"       /* seconds from the first frame */
#define SM_SPLITS_X          "x"          /* contrast of the image, by which it is cleansed (see cleansing.h) */
#define SM_SPLITS_REF        "ref"        /* how far x is from its median */
#define SM_SPLITS_USED       "used"       /* 1: the image was kept, 0: removed */
#define SM_SPLITS_BRIGHTNESS "brightness" /* median of the grey values of the image */
#define SM_SPLITS_ACTIVITY   "activity"   /* fraction of pixels that show something, in the frames of the window */

/* Ours, of that table: figures and flags of the background, as JSON (see outputs/quality_record.h). */
#define SM_ATTRIBUTE_QUALITY "sparsemed quality"

/* ---- basin definitions ---- */

/* Each is a text in the group basins, a JSON object, under a key that is the MD5 sum of the text. */
#define SM_KEY_DESCRIPTION "description" /* for people */
#define SM_KEY_NAME        "name"        /* for people; readers search basins in the order of their names */
#define SM_KEY_FORMAT      "format"
#define SM_KEY_PATHS       "paths"      /* the first that leads to the basin: a group, or files */
#define SM_KEY_TYPE        "type"       /* where the basin is */
#define SM_KEY_IDENTIFIER  "identifier" /* that the file must have; null where it has none */
#define SM_KEY_FEATURES    "features"   /* that it offers; no list stands for all that it has */
#define SM_KEY_MAPPING     "mapping"    /* name of the map of its rows; without one rows are those of the file */

/* Types, each with its format. */
#define SM_TYPE_INTERNAL   "internal" /* a group of the same file */
#define SM_FORMAT_INTERNAL "h5dataset"
#define SM_TYPE_FILE       "file" /* another file; a relative path leads from the file that has the definition */
#define SM_FORMAT_FILE     "hdf5"

/* What dclab calls the map where there is none. */
#define SM_MAPPING_SAME "same"

/* The internal basin that our outputs have, and the texts with which descriptions begin. */
#define SM_NAME_IMAGES        "background images"
#define SM_DESCRIBED_BY_PPID  "Pipeline identifier: "
#define SM_DESCRIBED_BY_MAKER "Created by "

#endif
