/* The folder that a job works in: what is there before, and what may be there after it. All paths are absolute.
 *
 * A scene is a folder with three folders in it: "before" has the files that a job finds, "clean" what is there after
 * one that nothing has troubled, and in "work" jobs take place. Files below are at most one folder deep. */
#ifndef FAULTS_SCENE_H
#define FAULTS_SCENE_H

#include <stdbool.h>

/* What a job has made of the work folder. */
struct scene_outcome {
    bool is_as_before; /* there is what was there before, and nothing else */
    bool is_clean;     /* there is what is there after a clean job */
    int n_left;        /* files that are neither, and temporary ones of the program */
    char wrong[4096];  /* what must never be, with its file: changed, or there and not whole; or "" */
};

/* Empty a folder of the scene, and fill it with what another one has, or with nothing where that is NULL. */
void scene_fill(const char *scene, const char *folder, const char *from);

/* Compare what is in the work folder with what was there before, and with what a clean job leaves. A journal must
 * consist of whole lines, but for the last one, and is left out otherwise. */
struct scene_outcome scene_judge(const char *scene);

#endif
