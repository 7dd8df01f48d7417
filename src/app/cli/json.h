#pragma once

// Results as JSON: docs/formats/examination.md. JSON goes no deeper than this
// folder.

#include <nlohmann/json.hpp>

#include "app/flow/examine.h"
#include "base/note.h"

namespace barium::app {

using Json = nlohmann::ordered_json;

Json to_json(const base::Notes& notes);
Json to_json(const base::Error& error);
Json to_json(const PhotoInfo& photo);
Json to_json(const Examination& examination);
Json to_json(const LeakFinding& finding);
Json to_json(const vault::Document& document);  // what every command says of one; each adds to it

// One line on stdout. Bytes that are no UTF-8 (file names) become U+FFFD.
void print_json(const Json& json);

}  // namespace barium::app
