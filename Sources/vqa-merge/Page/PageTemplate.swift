internal import Digests
import Shared

/// The page to review a result with, but for its data: markup, style and
/// script are files of their own beside this one, compiled into the tool.
enum PageTemplate {
  private static let style = PackageResources.review_css
  private static let markup = PackageResources.review_html
  private static let script =
    Array("\"use strict\";\n".utf8)
    + [
      PackageResources.data_js, PackageResources.text_js, PackageResources.verdicts_js,
      PackageResources.filters_js, PackageResources.list_js, PackageResources.picture_js,
      PackageResources.detail_js, PackageResources.main_js,
    ].joined()

  /// Appends what precedes the data.
  ///
  /// Only this style and this script run, by their digests, and nothing is
  /// loaded but pictures from where the page is.
  ///
  /// - Parameter title: of the page, any text.
  static func appendHead(title: String, to output: inout [UInt8]) {
    let policy =
      "default-src 'none'; img-src 'self' file: data:; style-src '\(digest(style))'; "
      + "script-src '\(digest(script))'; base-uri 'none'; form-action 'none'"
    output += "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n".utf8
    output += "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n".utf8
    output += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n".utf8
    output += "<meta name=\"referrer\" content=\"no-referrer\">\n<title>".utf8
    output += escaped(title).utf8
    output += "</title>\n<style>".utf8 + style + "</style>\n".utf8 + markup
  }

  /// Appends what follows the data.
  ///
  /// - Parameter about: a JSON object.
  static func appendEnd(about: [UInt8], to output: inout [UInt8]) {
    output += "<script type=\"application/json\" id=\"about\">".utf8
    append(scriptSafe: about.span, to: &output)
    output += "</script>\n<script>".utf8 + script + "</script>\n</html>\n".utf8
  }

  /// Appends JSON so that it cannot end the script element that it is in: "<"
  /// is only ever within its strings.
  static func append(scriptSafe json: Span<UInt8>, to output: inout [UInt8]) {
    for index in json.indices {
      if json[index] == UInt8(ascii: "<") {
        output += "\\u003c".utf8
      } else {
        output.append(json[index])
      }
    }
  }

  /// A digest as a content security policy names it.
  private static func digest(_ text: [UInt8]) -> String {
    var base64: [UInt8] = []
    let digest = Digest.hash(.sha256, text)
    Base64.encode(digest.span, to: &base64)
    return "sha256-" + String(decoding: base64, as: UTF8.self)
  }

  private static func escaped(_ text: String) -> String {
    text.map { $0 == "<" ? "&lt;" : $0 == "&" ? "&amp;" : String($0) }.joined()
  }
}
