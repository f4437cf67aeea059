//! Style sheet and script: many small files in the source, one hashed file each on the wire, compressed once at start.

use std::io::Write as _;
use std::sync::OnceLock;

use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ContentType, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

use crate::foundation::{Digest, Error};

use super::routes::{Access, Routes};
use super::{WebError, WebResult};

#[derive(RustEmbed)]
#[folder = "../../static/"]
struct Files;

/// The order matters: layers are declared in the first file, components follow.
const CSS: &[&str] = &[
    "css/layers.css",
    "css/tokens.css",
    "css/base.css",
    "css/shell.css",
    "css/parts/icon.css",
    "css/parts/layout.css",
    "css/parts/text.css",
    "css/parts/button.css",
    "css/parts/chip.css",
    "css/parts/stamp.css",
    "css/parts/avatar.css",
    "css/parts/facts.css",
    "css/parts/banner.css",
    "css/parts/form.css",
    "css/parts/trust.css",
    "css/parts/list.css",
    "css/order.css",
    "css/lists.css",
    "css/find.css",
    "css/doing.css",
    "css/gathered.css",
    "css/trace.css",
    "css/traces.css",
    "css/claim.css",
    "css/home.css",
    "css/people.css",
    "css/sign.css",
    "css/offline.css",
    "css/print.css",
];

/// What only pages of the shop, of files that are brought in and of prices need: a sheet of its own, which they ask for besides the
/// one that every page has.
const SHOP_CSS: &[&str] = &[
    "css/procedures.css",
    "css/schedules.css",
    "css/board.css",
    "css/calendar.css",
    "css/assets.css",
    "css/notices.css",
    "css/figures.css",
    "css/imports.css",
    "css/prices.css",
];

/// The same for pages of the fleet.
const FLEET_CSS: &[&str] = &[
    "css/figures.css",
    "css/fleet.css",
    "css/fleet_charts.css",
    "css/fleet_budgets.css",
    "css/fleet_alerts.css",
    "css/fleet_rules.css",
    "css/fleet_gateway.css",
];

/// htmx first; ours use it when it is there.
const JS: &[&str] = &[
    "vendor/htmx-4.0.1/htmx.min.js",
    "js/copy.js",
    "js/faults.js",
    "js/fill.js",
    "js/keys.js",
    "js/choose.js",
    "js/quote.js",
    "js/send.js",
    "js/zone.js",
    "js/tree.js",
    "js/sent.js",
    "js/smooth.js",
    "js/offline-store.js",
    "js/offline-take.js",
    "js/offline-send.js",
    "js/offline-show.js",
    "js/offline-pages.js",
    "js/tail.js",
    "js/order.js",
    "js/photo.js",
    "js/edit.js",
    "js/pins.js",
    "js/board.js",
    "js/assets.js",
];

/// The served files.
pub struct Assets {
    css: Asset,
    shop: Asset,
    fleet: Asset,
    js: Asset,
    icon: Asset,
    icon_inline: String,
}

struct Asset {
    path: String,
    kind: &'static str,
    plain: Vec<u8>,
    gzip: Vec<u8>,
    brotli: Vec<u8>,
}

impl Assets {
    /// The assets, built on first use.
    pub fn get() -> &'static Self {
        static ASSETS: OnceLock<Assets> = OnceLock::new();
        ASSETS.get_or_init(|| Self {
            css: Asset::new("tracewright", "css", "text/css; charset=utf-8", join(CSS)),
            shop: Asset::new("shop", "css", "text/css; charset=utf-8", join(SHOP_CSS)),
            fleet: Asset::new("fleet", "css", "text/css; charset=utf-8", join(FLEET_CSS)),
            js: Asset::new("tracewright", "js", "text/javascript; charset=utf-8", join(JS)),
            icon: Asset::new("icon", "svg", "image/svg+xml", join(&["icon.svg"])),
            icon_inline: format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(join(&["icon.svg"]))),
        })
    }

    /// Address of the style sheet.
    pub fn css_path(&self) -> &str {
        &self.css.path
    }

    /// Address of the style sheet that pages of the shop ask for besides.
    pub fn shop_path(&self) -> &str {
        &self.shop.path
    }

    /// Address of the style sheet that pages of the fleet ask for besides.
    pub fn fleet_path(&self) -> &str {
        &self.fleet.path
    }

    /// Address of the script.
    pub fn js_path(&self) -> &str {
        &self.js.path
    }

    /// Address of the icon, for whoever keeps files.
    pub fn icon_path(&self) -> &str {
        &self.icon.path
    }

    /// The icon as an address that holds it (RFC 2397).
    pub fn icon_inline(&self) -> &str {
        &self.icon_inline
    }

    fn find(&self, path: &str) -> Option<&Asset> {
        [&self.css, &self.shop, &self.fleet, &self.js, &self.icon]
            .into_iter()
            .find(|asset| asset.path == path)
    }
}

impl Asset {
    fn new(name: &str, extension: &str, kind: &'static str, plain: Vec<u8>) -> Self {
        let hash: String = Digest::of(&plain).to_hex().chars().take(16).collect();
        let (gzip, brotli) = (gzip(&plain), brotli(&plain));
        Self { path: format!("/static/{name}.{hash}.{extension}"), kind, plain, gzip, brotli }
    }
}

fn join(names: &[&str]) -> Vec<u8> {
    let mut joined = Vec::new();
    for name in names {
        if let Some(file) = Files::get(name) {
            match str::from_utf8(&file.data) {
                Ok(text) if !name.starts_with("vendor/") => {
                    let text = without_comments(text);
                    let text = if name.starts_with("css/") { squeezed(&text) } else { unindented(text) };
                    joined.extend(text.into_bytes());
                }
                _ => joined.extend_from_slice(&file.data),
            }
            joined.push(b'\n');
        } else {
            tracing::error!(name, "a static file is missing from the binary");
        }
    }
    joined
}

/// Our own source without the lines that are a comment: those are for whoever reads it, and a tenth of what would be sent.
fn without_comments(text: &str) -> String {
    let is_comment = |line: &&str| {
        let line = line.trim();
        line.starts_with("//")
            || (line.starts_with("/*") && line.find("*/") == Some(line.len().saturating_sub(2)))
    };
    text.lines()
        .filter(|line| !is_comment(line))
        .fold(String::with_capacity(text.len()), |kept, line| kept + line + "\n")
}

/// Rules without the space that only makes them readable. A line with words in quotes keeps all of it but its indentation.
fn squeezed(css: &str) -> String {
    let line = |line: &str| {
        let line = line.trim();
        if line.contains(['"', '\'']) {
            return line.to_owned();
        }
        let pairs = [
            (" { ", "{"),
            (" {", "{"),
            ("{ ", "{"),
            (": ", ":"),
            ("; ", ";"),
            (", ", ","),
            (" }", "}"),
            (";}", "}"),
        ];
        pairs.iter().fold(line.to_owned(), |line, (long, short)| line.replace(long, short))
    };
    css.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A script without its indentation; one with a text of several lines keeps it, where it is part of the text.
fn unindented(js: String) -> String {
    if js.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return js;
    }
    js.lines().map(str::trim_start).collect::<Vec<_>>().join("\n")
}

/// A static file that is served by itself.
pub(super) fn file(name: &str) -> WebResult<Vec<u8>> {
    let missing = || WebError(Error::internal(format!("the file {name} is missing from the binary")));
    Files::get(name).map(|file| file.data.into_owned()).ok_or_else(missing)
}

/// Writing into memory does not fail; were it to, the plain form is served.
pub(super) fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(plain);
    written.and_then(|()| encoder.finish()).unwrap_or_default()
}

/// Quality 9 of 11: the last two cost ten times the time at start for one per cent.
fn brotli(plain: &[u8]) -> Vec<u8> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
    let mut packed = Vec::new();
    let written = brotli::BrotliCompress(&mut &*plain, &mut packed, &parameters);
    written.map_or_else(|_| Vec::new(), |_| packed)
}

/// Registers the asset routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/static/{name}", Access::Public, serve);
    routes.get("/favicon.ico", Access::Public, favicon);
    super::installed::routes(routes);
}

async fn serve(request: HttpRequest, _name: web::Path<String>) -> WebResult {
    let asset = Assets::get().find(request.path()).ok_or_else(|| WebError(Error::not_found("this file")))?;
    Ok(answer(&request, asset, "public, max-age=31536000, immutable"))
}

async fn favicon(request: HttpRequest) -> WebResult {
    Ok(answer(&request, &Assets::get().icon, "public, max-age=86400"))
}

fn answer(request: &HttpRequest, asset: &'static Asset, cache: &'static str) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, cache)).insert_header((VARY, "accept-encoding"));
    if let Ok(kind) = asset.kind.parse() {
        response.insert_header(ContentType(kind));
    }
    let (coding, bytes) = asset.packed_for(accepted(request));
    if !coding.is_empty() {
        response.insert_header((CONTENT_ENCODING, coding));
    }
    response.body(bytes)
}

fn accepted(request: &HttpRequest) -> &str {
    request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

impl Asset {
    /// The smallest form the asker reads, and what it is called. A coding with `q=0` is refused by the asker.
    fn packed_for(&'static self, accepted: &str) -> (&'static str, &'static [u8]) {
        let takes = |coding: &str| {
            accepted.split(',').any(|part| {
                let (name, weight) = part.split_once(';').unwrap_or((part, "q=1"));
                name.trim() == coding && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
            })
        };
        match () {
            () if takes("br") && !self.brotli.is_empty() => ("br", &self.brotli),
            () if takes("gzip") && !self.gzip.is_empty() => ("gzip", &self.gzip),
            () => ("", &self.plain),
        }
    }
}

/// A page with style and script inside, to be looked at from a file.
#[cfg(test)]
pub(super) fn inlined(page: &str) -> String {
    let assets = Assets::get();
    let (css, js) = (String::from_utf8_lossy(&assets.css.plain), String::from_utf8_lossy(&assets.js.plain));
    page.replace(
        &format!("<link rel=\"stylesheet\" href=\"{}\">", assets.css_path()),
        &format!("<style>{css}</style>"),
    )
    .replace(
        &format!("<link rel=\"stylesheet\" href=\"{}\">", assets.shop_path()),
        &format!("<style>{}</style>", String::from_utf8_lossy(&assets.shop.plain)),
    )
    .replace(
        &format!("<link rel=\"stylesheet\" href=\"{}\">", assets.fleet_path()),
        &format!("<style>{}</style>", String::from_utf8_lossy(&assets.fleet.plain)),
    )
    .replace(
        &format!("<script src=\"{}\" nonce=\"\" defer></script>", assets.js_path()),
        &format!("<script type=\"module\">{}</script>", js.replace("</script", "<\\/script")),
    )
}

#[cfg(test)]
impl Assets {
    /// Compressed bytes of all three.
    pub(super) fn transferred(&self) -> usize {
        [&self.css, &self.js, &self.icon].iter().map(|asset| asset.gzip.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_asker_gets_the_smallest_form_it_reads_and_the_same_bytes() {
        let css = &Assets::get().css;
        for (accepted, coding) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1.0", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("identity", ""),
            ("", ""),
        ] {
            assert_eq!(css.packed_for(accepted).0, coding, "{accepted}");
        }
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut css.brotli.as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, css.plain);
    }

    #[test]
    fn every_listed_file_is_embedded_and_none_is_forgotten() {
        for name in CSS.iter().chain(SHOP_CSS).chain(FLEET_CSS).chain(JS) {
            assert!(Files::get(name).is_some(), "{name}");
        }
        for name in Files::iter().filter(|name| name.starts_with("css/") || name.starts_with("js/")) {
            assert!(
                CSS.iter().chain(SHOP_CSS).chain(FLEET_CSS).chain(JS).any(|listed| *listed == name),
                "{name} is in no list"
            );
        }
    }

    #[test]
    fn comments_that_are_lines_of_their_own_stay_here_and_all_else_is_sent() {
        let source = "// a\nlet b = 1; // c\n  /* d */\n/* e */ f\n/* g\n   h */\n\"http://i\"\n";
        assert_eq!(without_comments(source), "let b = 1; // c\n/* e */ f\n/* g\n   h */\n\"http://i\"\n");
        assert!(!String::from_utf8_lossy(&Assets::get().js.plain).contains("\n// "));
    }

    #[test]
    fn what_only_makes_a_source_readable_is_not_sent() {
        for (css, sent) in [
            ("  .a b, .c > d { gap: 4px 8px; margin: 0; }\n", ".a b,.c > d{gap:4px 8px;margin:0}"),
            ("  .a :is(p, li) { width: calc(1px + 2px); }", ".a :is(p,li){width:calc(1px + 2px)}"),
            ("  .a::after { content: \"a, b; c\"; }", ".a::after { content: \"a, b; c\"; }"),
            ("  @media (max-width: 720px) {\n    .a { gap: 0; } }", "@media (max-width:720px){\n.a{gap:0}}"),
        ] {
            assert_eq!(squeezed(css), sent);
        }
        assert_eq!(unindented("if (a) {\n  b(`c`);\n}".to_owned()), "if (a) {\nb(`c`);\n}");
        let text = "a = `b\n  c`;".to_owned();
        assert_eq!(unindented(text.clone()), text, "a text of several lines");
    }

    #[test]
    fn style_and_script_leave_room_for_a_page_within_the_budget() {
        let assets = Assets::get();
        let size = |asset: &Asset| asset.gzip.len();
        let bytes = size(&assets.css) + size(&assets.js) + size(&assets.icon);
        println!(
            "css {} shop {} js {} bytes compressed",
            size(&assets.css),
            size(&assets.shop),
            size(&assets.js)
        );
        // Packed the worse way; browsers read the better one, and `tests/browser/do.test.mjs` holds whole pages to 60 KiB.
        assert!(bytes < 52 * 1024, "{bytes} bytes before the page itself; the budget is 60 KiB with it");
        assert!(bytes + size(&assets.shop) < 56 * 1024, "{bytes} bytes and the sheet of the shop");
        assert!(bytes + size(&assets.fleet) < 56 * 1024, "{bytes} bytes and the sheet of the fleet");
    }

    #[test]
    fn vendored_files_are_the_ones_the_manifest_names() {
        let manifest = String::from_utf8(Files::get("vendor/MANIFEST").unwrap().data.to_vec()).unwrap();
        let mut seen = 0;
        for line in manifest.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let (digest, path) = line.split_once("  ").unwrap();
            let file = Files::get(&format!("vendor/{path}")).unwrap();
            assert_eq!(Digest::of(&file.data).to_hex(), digest, "{path}");
            seen += 1;
        }
        assert_eq!(seen, 1);
    }
}
