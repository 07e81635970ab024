# The three ways to add something to the build. A library is a list of files
# and a list of named dependencies; nothing is found by globbing.

# How our own code is compiled. Generated code links only courant_generated.
add_library(courant_options INTERFACE)
target_include_directories(courant_options INTERFACE ${CMAKE_SOURCE_DIR})
# A designated initialiser leaves the rest at its default on purpose.
target_compile_options(courant_options INTERFACE
  -Wall -Wextra -Werror -Wno-missing-field-initializers)
if(COURANT_SANITIZE)
  target_compile_options(courant_options INTERFACE
    -fsanitize=${COURANT_SANITIZE} -fno-omit-frame-pointer)
  if(COURANT_SANITIZE MATCHES undefined)
    target_compile_options(courant_options INTERFACE
      -fno-sanitize-recover=undefined)
  endif()
  if(COURANT_SANITIZE MATCHES thread)
    # Protocol Buffers lays out its maps by this macro. The library that is
    # installed and the generated code are not instrumented, and a type must be
    # the same in them and in ours.
    target_compile_options(courant_options INTERFACE -U__SANITIZE_THREAD__)
  endif()
  # Generated code is not instrumented but shares the program.
  link_libraries(-fsanitize=${COURANT_SANITIZE})
endif()
if(COURANT_THREAD_SAFETY)
  target_compile_options(courant_options INTERFACE
    -Wthread-safety -Werror=thread-safety)
endif()
# What generated code gets as well: it reads what strangers send.
add_library(courant_hardening INTERFACE)
if(COURANT_HARDEN)
  target_compile_options(courant_hardening INTERFACE
    -fstack-protector-strong -fstack-clash-protection -fcf-protection
    -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS)
  add_link_options(-Wl,-z,relro,-z,now -pie)
endif()
target_link_libraries(courant_options INTERFACE courant_hardening)

# Parsing the headers of Abseil, Protocol Buffers and GoogleTest takes longer
# than all that is ours, so files of one target are compiled several at a time.
# (Precompiled headers gain nothing: mapping 200 MB costs GCC as much as parsing
# them.) The price is that two files of one target may not have the same name in
# their anonymous namespaces; a file for which that is asking too much is listed
# under ALONE instead of SRCS. That a file includes what it uses is checked when
# it changes: Clang reads it by itself then.
option(COURANT_UNITY "Compile files of one target several at a time" ON)
set(unity_batch 8)

# How the files of `target` are compiled, those in ARGN each by itself. Every
# target of ours is passed here.
function(courant_compile target)
  set_source_files_properties(${ARGN} PROPERTIES
    SKIP_UNITY_BUILD_INCLUSION ON)
  set_target_properties(${target} PROPERTIES
    UNITY_BUILD ${COURANT_UNITY} UNITY_BUILD_BATCH_SIZE ${unity_batch})
endfunction()

# Every test whose threads ThreadSanitizer watches: what `./dev` builds when it
# wants no more than that.
add_custom_target(threaded_tests)

# courant_failpoints(target): it has places where a test can have the server err;
# see storage/base/failpoint.h.
function(courant_failpoints target)
  if(COURANT_FAILPOINTS)
    target_compile_definitions(${target} PRIVATE COURANT_FAILPOINTS)
  endif()
endfunction()

# courant_library(NAME name SRCS file... [ALONE file...] DEPS target...)
function(courant_library)
  cmake_parse_arguments(ARG "" "NAME" "SRCS;ALONE;DEPS" ${ARGN})
  if(ARG_SRCS)
    add_library(${ARG_NAME} STATIC ${ARG_SRCS} ${ARG_ALONE})
    target_link_libraries(${ARG_NAME} PUBLIC courant_options ${ARG_DEPS})
    courant_compile(${ARG_NAME} ${ARG_ALONE})
  else()
    add_library(${ARG_NAME} INTERFACE)
    target_link_libraries(${ARG_NAME} INTERFACE courant_options ${ARG_DEPS})
  endif()
endfunction()

# courant_binary(NAME name SRCS file... [ALONE file...] DEPS target...)
function(courant_binary)
  cmake_parse_arguments(ARG "" "NAME" "SRCS;ALONE;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SRCS} ${ARG_ALONE})
  target_link_libraries(${ARG_NAME} PRIVATE courant_options ${ARG_DEPS})
  courant_compile(${ARG_NAME} ${ARG_ALONE})
endfunction()

# courant_allocator(binary): it gets mimalloc in place of the C library's malloc.
# A change is some thirty pieces of memory that one thread takes and another one
# gives back, which is what that malloc is slow at: replay takes half as long
# again with it. Sanitizers have one of their own.
function(courant_allocator binary)
  if(NOT COURANT_SANITIZE)
    target_link_libraries(${binary} PRIVATE mimalloc)
  endif()
endfunction()

# courant_test(NAME name SRCS file... [ALONE file...] DEPS target...
#              [LABELS label...])
# One binary per layer; every case is a ctest test of its own name.
function(courant_test)
  cmake_parse_arguments(ARG "" "NAME" "SRCS;ALONE;DEPS;LABELS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SRCS} ${ARG_ALONE})
  target_link_libraries(${ARG_NAME} PRIVATE
    courant_options ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  courant_compile(${ARG_NAME} ${ARG_ALONE})
  # One label, such as unit-threads: gtest_discover_tests passes on no more, and
  # `ctest -L` looks for a part of it.
  list(PREPEND ARG_LABELS unit)
  list(JOIN ARG_LABELS "-" label)
  gtest_discover_tests(${ARG_NAME} DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT 300 LABELS "${label}")
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(threaded_tests ${ARG_NAME})
  endif()
endfunction()
