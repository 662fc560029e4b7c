# What the rules of Debian ask for in a package: the license by its name there, a changelog, compressed pages. Called when all
# is in the folder that becomes the package.
if(CPACK_GENERATOR STREQUAL DEB)
    set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX})
    set(source ${CMAKE_CURRENT_LIST_DIR}/../..)
    set(pages ${root}/share/doc/${CPACK_PACKAGE_NAME})
    file(RENAME ${pages}/LICENSE ${pages}/copyright)
    configure_file(${source}/CHANGELOG.md ${pages}/changelog COPYONLY)
    file(GLOB manuals ${root}/share/man/man1/*.1)
    execute_process(COMMAND gzip -9nf ${pages}/changelog ${manuals} COMMAND_ERROR_IS_FATAL ANY)
endif()
