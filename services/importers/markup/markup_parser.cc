#include "services/importers/markup/markup_parser.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace courant::importers {
namespace {

// What libxml2's callbacks are given.
struct Listener {
  MarkupSink& sink;
  xmlParserCtxtPtr parser = nullptr;
  int depth = 0;
  bool too_deep = false;
  bool foreign_entity = false;
};

struct FreeParser {
  void operator()(xmlParserCtxtPtr parser) const { xmlFreeParserCtxt(parser); }
};

absl::string_view ViewOf(const xmlChar* text) {
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

Listener& ListenerOf(void* context) { return *static_cast<Listener*>(context); }

// Counts an element in. False when it is one too deep, which ends the parsing.
bool Enter(Listener& listener) {
  if (listener.too_deep) return false;
  if (++listener.depth <= kMaxMarkupDepth) return true;
  listener.too_deep = true;
  xmlStopParser(listener.parser);
  return false;
}

void OnCharacters(void* context, const xmlChar* text, int size) {
  Listener& listener = ListenerOf(context);
  if (listener.too_deep || size <= 0) return;
  listener.sink.Text(absl::string_view(reinterpret_cast<const char*>(text),
                                       static_cast<size_t>(size)));
}

void OnXmlStart(void* context, const xmlChar* name, const xmlChar*,
                const xmlChar*, int, const xmlChar**, int attribute_count, int,
                const xmlChar** fields) {
  Listener& listener = ListenerOf(context);
  if (!Enter(listener)) return;
  std::vector<MarkupAttribute> attributes;
  // Five fields each: name, prefix, URI, begin and end of the value.
  for (int i = 0; i < attribute_count; ++i, fields += 5) {
    attributes.push_back(
        {ViewOf(fields[0]),
         std::string(reinterpret_cast<const char*>(fields[3]),
                     reinterpret_cast<const char*>(fields[4]))});
  }
  listener.sink.Open(absl::AsciiStrToLower(ViewOf(name)), attributes);
}

void OnXmlEnd(void* context, const xmlChar* name, const xmlChar*,
              const xmlChar*) {
  Listener& listener = ListenerOf(context);
  --listener.depth;
  if (!listener.too_deep) {
    listener.sink.Close(absl::AsciiStrToLower(ViewOf(name)));
  }
}

// An entity that is not one of XML's five.
void OnReference(void* context, const xmlChar*) {
  ListenerOf(context).foreign_entity = true;
}

void OnHtmlStart(void* context, const xmlChar* name, const xmlChar** fields) {
  Listener& listener = ListenerOf(context);
  if (!Enter(listener)) return;
  std::vector<MarkupAttribute> attributes;
  for (; fields != nullptr && fields[0] != nullptr; fields += 2) {
    absl::string_view attribute = ViewOf(fields[0]);
    if (attribute == "xml:lang") attribute = "lang";
    attributes.push_back({attribute, std::string(ViewOf(fields[1]))});
  }
  listener.sink.Open(ViewOf(name), attributes);
}

void OnHtmlEnd(void* context, const xmlChar* name) {
  Listener& listener = ListenerOf(context);
  --listener.depth;
  if (!listener.too_deep) listener.sink.Close(ViewOf(name));
}

// The library would print to the standard error otherwise.
void OnError(void*, xmlErrorPtr) {}
void OnGenericError(void*, const char*, ...) {}

// Everything that is not set is not wanted: entities, DTDs, comments.
xmlSAXHandler CommonHandler() {
  xmlSAXHandler handler = {};
  handler.initialized = XML_SAX2_MAGIC;
  handler.characters = OnCharacters;
  handler.ignorableWhitespace = OnCharacters;
  handler.cdataBlock = OnCharacters;
  handler.serror = OnError;
  return handler;
}

absl::Status TooBig(const char* what) { return absl::OutOfRangeError(what); }

absl::Status CheckLength(absl::string_view text) {
  if (text.size() <= kMaxMarkupBytes) return absl::OkStatus();
  return TooBig("has more than 2 MiB of markup");
}

absl::Status TooDeep() { return TooBig("has elements nested deeper than 100"); }

void InitializeLibrary() {
  // Of this thread.
  xmlSetGenericErrorFunc(nullptr, OnGenericError);
  // Once for all threads; the library asks for it.
  [[maybe_unused]] static const bool kDone = [] {
    xmlInitParser();
    return true;
  }();
}

// Whether it brings a root element of its own.
bool IsDocument(absl::string_view text) {
  text = absl::StripLeadingAsciiWhitespace(text);
  return absl::StartsWith(text, "<?xml") ||
         absl::StartsWithIgnoreCase(text, "<!doctype") ||
         absl::StartsWithIgnoreCase(text, "<html");
}

}  // namespace

absl::Status ParseXhtml(absl::string_view text, MarkupSink& sink) {
  if (absl::Status status = CheckLength(text); !status.ok()) return status;
  InitializeLibrary();
  const std::string document =
      IsDocument(text) ? std::string(absl::StripLeadingAsciiWhitespace(text))
                       : absl::StrCat("<div>", text, "</div>");
  const std::unique_ptr<xmlParserCtxt, FreeParser> parser(
      xmlCreateMemoryParserCtxt(document.data(),
                                static_cast<int>(document.size())));
  if (parser == nullptr) return absl::InvalidArgumentError("is not XHTML");
  Listener listener{sink, parser.get()};
  xmlSAXHandler handler = CommonHandler();
  handler.startElementNs = OnXmlStart;
  handler.endElementNs = OnXmlEnd;
  handler.reference = OnReference;
  *parser->sax = handler;
  parser->userData = &listener;
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
  // The text is UTF-8 by now, whatever its declaration says.
  xmlSwitchEncoding(parser.get(), XML_CHAR_ENCODING_UTF8);
  xmlParseDocument(parser.get());
  if (listener.too_deep) return TooDeep();
  if (parser->wellFormed == 0 || listener.foreign_entity) {
    return absl::InvalidArgumentError("is not well-formed XHTML");
  }
  return absl::OkStatus();
}

absl::Status ParseHtml(absl::string_view text, MarkupSink& sink) {
  if (absl::Status status = CheckLength(text); !status.ok()) return status;
  InitializeLibrary();
  if (text.empty()) return absl::OkStatus();
  const std::unique_ptr<xmlParserCtxt, FreeParser> parser(
      htmlCreateMemoryParserCtxt(text.data(), static_cast<int>(text.size())));
  if (parser == nullptr) return absl::OkStatus();
  Listener listener{sink, parser.get()};
  xmlSAXHandler handler = CommonHandler();
  handler.startElement = OnHtmlStart;
  handler.endElement = OnHtmlEnd;
  *parser->sax = handler;
  parser->userData = &listener;
  htmlCtxtUseOptions(parser.get(), HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
  xmlSwitchEncoding(parser.get(), XML_CHAR_ENCODING_UTF8);
  htmlParseDocument(parser.get());
  if (listener.too_deep) return TooDeep();
  return absl::OkStatus();
}

}  // namespace courant::importers
