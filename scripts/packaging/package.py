# A recipe for Spack: put it into a repository of your own as packages/sparsemed/package.py.
from spack.package import *


class Sparsemed(CMakePackage):
    """Sparse-median background images for imaging deformability cytometry, with MPI."""

    homepage = "https://github.com/DC-analysis/dcnum"  # of the method
    # No archive is published: `spack develop --path /path/to/sources sparsemed@0.1.0`, or a mirror of your own.

    license("MIT")

    version("0.1.0")

    variant("shared", default=False, description="Build the core library as a shared one, too")

    depends_on("c", type="build")
    depends_on("cmake@3.20:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("mpi@3:")
    depends_on("hdf5@1.10.5:+mpi")
    depends_on("zstd")
    depends_on("liblzf")
    depends_on("libdeflate")
    depends_on("nettle")
    depends_on("jansson")
    depends_on("libpng")

    def cmake_args(self):
        return [
            self.define("MPI_C_COMPILER", self.spec["mpi"].mpicc),
            self.define("HDF5_ROOT", self.spec["hdf5"].prefix),
            self.define("SPARSEMED_TESTS", "OFF"),
            self.define_from_variant("SPARSEMED_SHARED", "shared"),
        ]

    def setup_run_environment(self, env):
        env.append_path("HDF5_PLUGIN_PATH", join_path(self.spec.prefix.lib, "sparsemed", "plugins"))
