# What the program stands on: MPI, a parallel HDF5 that was built with that MPI, and some small libraries. How to choose
# among several is told in jobs/README.md.

set(library_names ZSTD LZF DEFLATE NETTLE JANSSON PNG)
set(library_modules libzstd liblzf libdeflate nettle jansson libpng) # as pkg-config knows them

find_package(PkgConfig REQUIRED)
find_package(MPI 3.0 REQUIRED COMPONENTS C)
find_package(Threads REQUIRED)

# Where several MPIs are installed side by side, their wrappers and launchers have endings: mpicc.mpich, mpirun.mpich.
get_filename_component(mpi_folder "${MPI_C_COMPILER}" DIRECTORY)
get_filename_component(mpi_ending "${MPI_C_COMPILER}" EXT)
find_program(SPARSEMED_MPIRUN NAMES mpirun${mpi_ending} mpiexec${mpi_ending} mpirun mpiexec HINTS ${mpi_folder}
             DOC "Launcher of the MPI, for the tests")
if(mpi_ending AND NOT HDF5_ROOT AND NOT DEFINED ENV{HDF5_ROOT})
    find_program(HDF5_C_COMPILER_EXECUTABLE NAMES h5pcc${mpi_ending} HINTS ${mpi_folder})
endif()

# FindHDF5 makes this target of a library called hdf5, and fails where Debian calls the parallel one otherwise; it is not used.
if(NOT TARGET hdf5::hdf5)
    add_library(hdf5::hdf5 INTERFACE IMPORTED)
endif()
set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 1.10.5 COMPONENTS C)
if(NOT HDF5_FOUND)
    set(reason "Install a parallel HDF5 (Debian: libhdf5-openmpi-dev or libhdf5-mpich-dev), or point HDF5_ROOT to it.")
    if(PROJECT_BINARY_DIR MATCHES "[ ]")
        set(reason "Compilers of HDF5, such as h5pcc, cannot work in a folder with a blank in its name, as this build is: "
                   "${PROJECT_BINARY_DIR}. Build in another one, with cmake -B.")
    endif()
    message(FATAL_ERROR "CMake finds no HDF5 of version 1.10.5 or later. " ${reason})
endif()
if(NOT HDF5_IS_PARALLEL)
    message(FATAL_ERROR "The HDF5 that was found (${HDF5_VERSION}, ${HDF5_C_LIBRARIES}) is not a parallel one. "
                        "Install a parallel HDF5 (Debian: libhdf5-openmpi-dev) or point HDF5_ROOT to it.")
endif()

set(missing "")
foreach(name module IN ZIP_LISTS library_names library_modules)
    pkg_check_modules(${name} QUIET IMPORTED_TARGET ${module})
    if(NOT ${name}_FOUND)
        string(APPEND missing " ${module}")
    endif()
endforeach()
if(missing)
    message(FATAL_ERROR "pkg-config does not find:${missing}. Install the development files (Debian: scripts/dependencies), "
                        "or have PKG_CONFIG_PATH name the folders of their .pc files.")
endif()

add_library(parallel_hdf5 INTERFACE)
target_include_directories(parallel_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_compile_definitions(parallel_hdf5 INTERFACE ${HDF5_C_DEFINITIONS})
target_link_libraries(parallel_hdf5 INTERFACE ${HDF5_C_LIBRARIES} MPI::MPI_C)

# MPICH's MPI_STATUSES_IGNORE is an address that GCC takes for a mistake.
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_FLAGS "-O2 -Werror=stringop-overflow")
set(CMAKE_REQUIRED_LIBRARIES MPI::MPI_C)
check_c_source_compiles("#include <mpi.h>
    int main(int argc, char **argv) { return MPI_Waitall(argc, (MPI_Request *)(void *)argv, MPI_STATUSES_IGNORE); }"
    SPARSEMED_IGNORES_STATUSES)
unset(CMAKE_REQUIRED_FLAGS)
unset(CMAKE_REQUIRED_LIBRARIES)
if(NOT SPARSEMED_IGNORES_STATUSES)
    target_compile_options(parallel_hdf5 INTERFACE -Wno-stringop-overflow)
endif()

# A program that has two kinds of MPI in it starts, and is aborted as soon as there is an mpirun.
if(NOT CMAKE_CROSSCOMPILING AND NOT DEFINED SPARSEMED_ONE_MPI)
    try_run(one_mpi_status one_mpi_compiled ${PROJECT_BINARY_DIR}/one_mpi ${CMAKE_CURRENT_LIST_DIR}/one_mpi.c
            CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${HDF5_C_INCLUDE_DIRS}" COMPILE_DEFINITIONS -D_GNU_SOURCE
            LINK_LIBRARIES ${HDF5_C_LIBRARIES} MPI::MPI_C ${CMAKE_DL_LIBS}
            RUN_OUTPUT_VARIABLE one_mpi_output COMPILE_OUTPUT_VARIABLE one_mpi_messages)
    if(one_mpi_compiled AND NOT one_mpi_status EQUAL 0)
        message(FATAL_ERROR "HDF5 and the program would not have the same MPI:\n${one_mpi_output}\n"
                            "Choose an HDF5 and an MPI of one kind. The MPI is that of -DMPI_C_COMPILER (such as mpicc.mpich), "
                            "HDF5 that of -DHDF5_C_COMPILER_EXECUTABLE (such as h5pcc.mpich) or HDF5_ROOT, in a new build folder.")
    elseif(NOT one_mpi_compiled)
        message(FATAL_ERROR "A program with MPI and HDF5 (${HDF5_C_LIBRARIES}) cannot be built:\n${one_mpi_messages}")
    endif()
    set(SPARSEMED_ONE_MPI ON CACHE INTERNAL "HDF5 and the program have the same MPI")
endif()

# An installed program finds its libraries where they were found, unless that is where the system looks by itself.
set(system_folders /lib /usr/lib /lib64 /usr/lib64 /lib/${CMAKE_LIBRARY_ARCHITECTURE} /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})
foreach(library IN LISTS HDF5_C_LIBRARIES MPI_C_LIBRARIES ZSTD_LINK_LIBRARIES LZF_LINK_LIBRARIES DEFLATE_LINK_LIBRARIES
                         NETTLE_LINK_LIBRARIES JANSSON_LINK_LIBRARIES PNG_LINK_LIBRARIES)
    if(TARGET ${library}) # of an HDF5 that CMake has built
        get_target_property(library ${library} LOCATION)
    endif()
    get_filename_component(file "${library}" REALPATH)
    get_filename_component(file_folder "${file}" DIRECTORY)
    get_filename_component(folder "${library}" DIRECTORY)
    if(library MATCHES "^/.*[.]so" AND NOT folder IN_LIST system_folders AND NOT file_folder IN_LIST system_folders)
        list(APPEND CMAKE_INSTALL_RPATH ${folder})
    endif()
endforeach()
list(REMOVE_DUPLICATES CMAKE_INSTALL_RPATH)
