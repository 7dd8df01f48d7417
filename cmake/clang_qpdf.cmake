# clang 14 and 16 cannot read qpdf 11.3's JSON.hh as C++20 and later: inside JSON it defines two members of
# JSON_array that destroy a vector<JSON>, and clang instantiates libstdc++'s constexpr vector on the spot, where JSON
# is incomplete. GCC does not. The copy made here only declares these members, which nobody outside libqpdf calls.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  find_path(QPDF_HEADERS qpdf/JSON.hh REQUIRED)
  file(READ ${QPDF_HEADERS}/qpdf/JSON.hh json_header)
  string(REPLACE "virtual ~JSON_array() = default;" "virtual ~JSON_array();" json_header "${json_header}")
  string(REGEX REPLACE "JSON_array\\(\\) :[ \n]*JSON_value\\(vt_array\\)[ \n]*{[ \n]*}" "JSON_array();" json_header
         "${json_header}")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/clang_qpdf/qpdf/JSON.hh CONTENT "${json_header}" @ONLY)
  include_directories(BEFORE SYSTEM ${CMAKE_BINARY_DIR}/clang_qpdf)
endif()
