# Write files into a C source: each an array of its bytes, page_css of page.css, and an end.
# cmake -DPARTS=FILE;... -DOUTPUT=FILE -P embed.cmake
set(source "/* Made by embed.cmake. */\n")
foreach(part IN LISTS PARTS)
    get_filename_component(name ${part} NAME)
    string(REPLACE "." "_" name ${name})
    file(READ ${part} bytes HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(REPLACE "'\\x0a'," "'\\x0a',\n" bytes "${bytes}") # the lines of the part
    string(APPEND source "extern const char sm_${name}[];\nconst char sm_${name}[] = {${bytes}0};\n")
endforeach()
file(WRITE ${OUTPUT} "${source}")
