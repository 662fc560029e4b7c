/* Example: the background of a stack of frames in memory, with the core library alone.
 *
 *     cc background_of_stack.c $(pkg-config --cflags --libs sparsemed)
 *
 * The frames are drawn here; in an acquisition program they would come from the camera. A dark cell passes through a
 * channel once a second, and once it rests for a second. Every third frame is brighter than the others. */
#include <stdio.h>
#include <stdlib.h>

#include <sparsemed/background.h>

enum { N_FRAMES = 600, FRAMES_PER_SECOND = 100, HEIGHT = 80, WIDTH = 120, CELL = 12, FLASH = 2 };
enum { REST_BEGIN = 300, REST_END = 400, REST_COLUMN = 50 };

/* Grey value of the empty channel. */
static int channel(int y, int x) {
    return 100 + y / 2 + x % 7;
}

static int brightness(int frame) {
    return frame % 3 == 0 ? FLASH : 0;
}

static void draw(int frame, uint8_t *values) {
    int column = frame >= REST_BEGIN && frame < REST_END ? REST_COLUMN : frame % FRAMES_PER_SECOND;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            int cell = abs(y - HEIGHT / 2) < CELL && abs(x - column) < CELL ? 60 : 0;
            values[y * WIDTH + x] = (uint8_t)(channel(y, x) + brightness(frame) - cell);
        }
    }
}

/* Whether the background is what was drawn: the empty channel, and the brightness of every frame. */
static bool is_as_drawn(const struct sparsemed_background *background) {
    for (size_t i = 0; i < background->n_kept * HEIGHT * WIDTH; i++) {
        int y = (int)(i / WIDTH % HEIGHT), x = (int)(i % WIDTH);
        if (background->images[i] != channel(y, x)) {
            return false;
        }
    }
    for (int frame = 0; frame < N_FRAMES; frame++) {
        if (background->offsets[frame] != brightness(frame)) {
            return false;
        }
    }
    return true;
}

int main(void) {
    static uint8_t values[N_FRAMES][HEIGHT * WIDTH];
    static double times[N_FRAMES];
    for (int i = 0; i < N_FRAMES; i++) {
        draw(i, values[i]);
        times[i] = (double)i / FRAMES_PER_SECOND;
    }

    const struct sparsemed_frames frames = {
        .values = values[0], .n_frames = N_FRAMES, .height = HEIGHT, .width = WIDTH, .times = times};
    struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
    parameters.kernel_size = 100;

    struct sparsemed_background background;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (sparsemed_background_compute(&frames, &parameters, &background, &error) != SPARSEMED_OK) {
        fprintf(stderr, "%s\n", error.message);
        sparsemed_background_free(&background);
        return (int)error.status;
    }
    printf("%zu of %zu background images kept\n", background.n_kept, background.n_steps);
    printf("frame 0 has image %lld and an offset of %g\n", (long long)background.map[0], background.offsets[0]);
    bool as_drawn = is_as_drawn(&background);
    printf("the background is %s\n", as_drawn ? "the empty channel" : "not what was drawn");
    sparsemed_background_free(&background);
    return as_drawn ? 0 : 1;
}
