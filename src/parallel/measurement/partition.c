#include "parallel/measurement/partition.h"

#include <assert.h>

void sm_partition(const double *weights, size_t n_items, size_t n_parts, size_t *first) {
    assert(n_parts >= 1);
    double total = 0;
    for (size_t i = 0; i < n_items; i++) {
        total += weights[i];
    }
    double sum = 0;
    size_t part = 0;
    first[0] = 0;
    for (size_t i = 0; i < n_items; i++) {
        double weight = total > 0 ? weights[i] : 1;
        double middle = (sum + weight / 2) / (total > 0 ? total : (double)n_items);
        sum += weight;
        size_t owner = (size_t)(middle * (double)n_parts);
        owner = owner < n_parts ? owner : n_parts - 1;
        while (part < owner) {
            first[++part] = i;
        }
    }
    while (part < n_parts) {
        first[++part] = n_items;
    }
}
