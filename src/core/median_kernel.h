/* The inner loop of the median, of which there is one a instruction set. */
#ifndef CORE_MEDIAN_KERNEL_H
#define CORE_MEDIAN_KERNEL_H

#include <stddef.h>
#include <stdint.h>

/* Every kernel handles vectors of this many bytes or a divisor of it. */
#define SM_VECTOR_BYTES 64

/* Medians of a tile.
 *
 * tile       [n_frames][stride] grey values; aligned to SM_VECTOR_BYTES
 * n_frames   1 .. 2^31 - 1
 * stride     bytes from one frame to the next, a multiple of SM_VECTOR_BYTES
 * width      pixels to compute, a multiple of SM_VECTOR_BYTES, <= stride
 * median     [width], aligned likewise; on entry a guess, on return the element of rank n_frames / 2 of each pixel */
typedef void sm_median_kernel(const uint8_t *tile, size_t n_frames, size_t stride, size_t width, uint8_t *median);

sm_median_kernel sm_median_portable;
#if SM_X86_KERNELS
sm_median_kernel sm_median_avx2;
sm_median_kernel sm_median_avx512bw;
#endif

#endif
