// The core library in a C++ program: its headers compile, their initial values can be used, and it links.
#include <cstdint>
#include <cstdio>
#include <vector>

#include <sparsemed/background.h>
#include <sparsemed/version.h>

int main() {
    const std::size_t n_frames = 40, height = 3, width = 5;
    const std::vector<std::uint8_t> values(n_frames * height * width, 7);
    sparsemed_frames frames{};
    frames.values = values.data();
    frames.n_frames = n_frames;
    frames.height = height;
    frames.width = width;
    frames.frame_rate = 10;

    sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
    parameters.kernel_size = 10;
    sparsemed_background background;
    sparsemed_error error = SPARSEMED_NO_ERROR;
    const sparsemed_status status = sparsemed_background_compute(&frames, &parameters, &background, &error);
    if (status == SPARSEMED_OK) {
        std::printf("sparsemed %s: %zu images of grey value %d\n", sparsemed_version(), background.n_kept,
                    background.images[0]);
    } else {
        std::fprintf(stderr, "%s\n", error.message);
    }
    sparsemed_background_free(&background);
    return status;
}
