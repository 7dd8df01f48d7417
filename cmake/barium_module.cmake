# barium_module(NAME USES module... SOURCES file... TESTS file... LIBRARIES target...)
#
# One folder under src/ is one module: a static library barium_NAME in namespace barium::NAME, and one test
# program NAME_test built from the *_test.cc beside the sources. USES names every other module it may include.
function(barium_module NAME)
  cmake_parse_arguments(ARG "" "" "USES;SOURCES;TESTS;LIBRARIES" ${ARGN})
  set_property(GLOBAL APPEND PROPERTY BARIUM_MODULES barium_${NAME})
  add_library(barium_${NAME} STATIC ${ARG_SOURCES})
  target_include_directories(barium_${NAME} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  barium_compile_options(barium_${NAME})
  foreach(used ${ARG_USES})
    if(NOT TARGET barium_${used})
      message(FATAL_ERROR "module ${NAME} uses ${used}, which is not declared before it")
    endif()
    target_link_libraries(barium_${NAME} PUBLIC barium_${used})
  endforeach()
  target_link_libraries(barium_${NAME} PUBLIC ${ARG_LIBRARIES})
  if(ARG_TESTS)
    add_executable(${NAME}_test ${ARG_TESTS})
    barium_compile_options(${NAME}_test)
    target_link_libraries(${NAME}_test PRIVATE barium_${NAME} GTest::gmock_main)
    gtest_discover_tests(${NAME}_test TEST_PREFIX "${NAME}/" DISCOVERY_TIMEOUT 60
                         WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
endfunction()

# Warnings are errors. -ffp-contract=off: a fused multiply-add would make results depend on the machine.
function(barium_compile_options TARGET)
  target_compile_options(${TARGET} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                           -Wnon-virtual-dtor -Wno-missing-field-initializers -Werror -ffp-contract=off)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # libseccomp's macros are C99 compound literals; the table of glyph names is one literal of 74 kB.
    target_compile_options(${TARGET} PRIVATE -Wno-c99-extensions -Wno-overlength-strings)
  endif()
endfunction()
