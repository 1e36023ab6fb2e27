# SPDX-License-Identifier: Apache-2.0
# Helpers of the per-directory CMakeLists.txt.

# All files of `dir` that match `pattern`, sorted; new files are found by the next build.
function(gradloom_glob result dir pattern)
  file(GLOB found CONFIGURE_DEPENDS ${dir}/${pattern})
  list(SORT found)
  set(${result} ${found} PARENT_SCOPE)
endfunction()

# A static library of the C++ files of the current directory, except those matching the regular
# expressions after `sources`. A directory without C++ files yet gives an interface library.
#   gradloom_library(name LINK libraries... [EXCLUDE regexes...])
function(gradloom_library target)
  cmake_parse_arguments(arg "" "" "LINK;EXCLUDE" ${ARGN})
  gradloom_glob(sources ${CMAKE_CURRENT_SOURCE_DIR} "*.cpp")
  foreach(regex IN LISTS arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX ${regex})
  endforeach()
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} ${scope} ${arg_LINK})
endfunction()
