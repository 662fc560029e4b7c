/* Makes a filter loadable by other programs through HDF5_PLUGIN_PATH. Compiled once a filter, with SM_PLUGIN_FILTER
 * naming it. */
#include <H5PLextern.h>

extern const H5Z_class2_t SM_PLUGIN_FILTER;

H5PL_type_t H5PLget_plugin_type(void) {
    return H5PL_TYPE_FILTER;
}

const void *H5PLget_plugin_info(void) {
    return &SM_PLUGIN_FILTER;
}
