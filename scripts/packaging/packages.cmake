# Packages: `cpack -G DEB` and `cpack -G TGZ` in a build folder. Those of Debian have what its rules ask for besides.
set(CPACK_PACKAGE_VENDOR "sparsemed")
set(CPACK_PACKAGE_CONTACT "sparsemed maintainers <sparsemed@sparsemed.invalid>" CACHE STRING "Who makes the packages, with an address")
set(CPACK_PACKAGE_DESCRIPTION "sparsemed computes the background images of measurements of cells in a
channel, as the median of the frames around every second, on any number of
processes. The results equal those of dcnum to the bit.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_GENERATOR TGZ)
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
if(SPARSEMED_SHARED)
    set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
    file(WRITE ${PROJECT_BINARY_DIR}/triggers "activate-noawait ldconfig\n")
    set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/triggers)
endif()
if(NOT SPARSEMED_CORE_ONLY AND SPARSEMED_MPIRUN)
    get_filename_component(launcher_file ${SPARSEMED_MPIRUN} REALPATH)
    execute_process(COMMAND dpkg-query --search ${launcher_file} OUTPUT_VARIABLE launcher ERROR_QUIET)
    string(REGEX MATCH "^[a-z0-9.+-]+" CPACK_DEBIAN_PACKAGE_RECOMMENDS "${launcher}") # the package with mpirun
endif()
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian_rules.cmake)
include(CPack)
