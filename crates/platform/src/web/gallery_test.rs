//! Renders every shared part in every state into `gallery.html` of the target folder: for eyes, and so that no part
//! stays behind unrendered.

use std::path::{Path, PathBuf};

use actix_web::HttpMessage as _;
use actix_web::test::TestRequest;
use askama::Template;

use crate::foundation::{Actor, ActorKind, Asker, Digest, ProjectKey, Role};

use super::charts::{self, Svg};
use super::page::Nav;
use super::printed::Verification;
use super::{Access, Principal, RouteSpec, Shell};

#[derive(Template)]
#[template(path = "components/gallery.html")]
struct Gallery {
    shell: Shell,
    facts: Vec<(&'static str, &'static str)>,
    chip_list: Vec<(&'static str, &'static str)>,
    stamps: Vec<(&'static str, &'static str)>,
    tabs: Vec<(&'static str, &'static str, &'static str, bool)>,
    numbers: Vec<(&'static str, &'static str)>,
    spark: Svg,
    bars: Svg,
    progress: Svg,
    verification: Verification,
}

fn gallery() -> String {
    let page = Gallery {
        shell: shell(),
        facts: vec![("Type", "Integration setup"), ("Priority", "High"), ("Due", "Mon 23 Nov 17:00 UTC")],
        chip_list: vec![
            ("", "Approved"),
            ("blue", "In progress"),
            ("good", "Verified"),
            ("bad", "1 error"),
            ("waiting", "Waiting"),
        ],
        stamps: vec![
            ("supported", "supported"),
            ("refuted", "refuted"),
            ("not_enough_information", "not enough"),
            ("contested", "contested"),
            ("verified", "verified"),
            ("unattested", "nobody here confirms it"),
            ("open", "not judged"),
        ],
        tabs: vec![
            ("Messages", "#m", "", true),
            ("Attributes", "#a", "23", false),
            ("Claims", "#c", "2", false),
        ],
        numbers: vec![
            ("assured at least", "41"),
            ("expected", "74"),
            ("confidence", "0.71"),
            ("of claims examined", "58 %"),
        ],
        spark: charts::sparkline(&[3, 4, 2, 6, 5, 9, 8, 7, 10, 8, 11]),
        bars: charts::bars(&[4, 6, 3, 8, 5, 7, 4, 9, 6]),
        progress: charts::progress(12, 7, 59, "items"),
        verification: Verification::of("WO-2026-014", Digest([7; 32])),
    };
    page.render().unwrap()
}

fn shell() -> Shell {
    let get = |path| RouteSpec { method: actix_web::http::Method::GET, path, access: Access::SignedIn };
    let paths =
        ["/", "/work-orders", "/traces", "/review", "/knowledge", "/trust", "/ledger", "/account", "/people"];
    let nav = Nav::of(&paths.map(get));
    let request = TestRequest::get().app_data(actix_web::web::Data::new(nav)).to_http_request();
    let actor = Actor {
        id: "a".to_owned(),
        name: "Dana Okafor".to_owned(),
        kind: ActorKind::Human,
        ..Actor::system()
    };
    let roles = vec![Role::Supervisor, Role::Auditor];
    let asker = Asker::account(actor, ProjectKey(1), roles).in_project_named("Plant 1".to_owned());
    request.extensions_mut().insert(Principal(asker));
    Shell::of(&request, "Gallery", "work-orders")
}

#[test]
fn every_part_renders_and_the_page_lies_where_eyes_find_it() {
    let page = gallery();
    assert!(!page.contains("style="), "inline styles are refused by the content security policy");
    assert!(!page.contains("onclick"));
    let folder = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    std::fs::write(folder.join("gallery.html"), super::assets::inlined(&page)).unwrap();
}

/// Macros that others of the same file are made of show with them.
#[test]
fn every_macro_of_the_components_is_in_the_gallery() {
    let is_gallery = |path: &Path| path.to_string_lossy().contains("gallery");
    let (gallery, parts): (Vec<_>, Vec<_>) = components().into_iter().partition(|(path, _)| is_gallery(path));
    let shown: String = gallery.into_iter().map(|(_, text)| text).collect();
    let (mut seen, mut missing) = (0, Vec::new());
    for (path, text) in parts {
        let file = path.file_stem().unwrap().to_string_lossy();
        for name in text.split("{% macro ").skip(1).filter_map(|part| Some(part.split_once('(')?.0)) {
            seen += 1;
            let is_inner =
                text.contains(&format!("{{{{ {name}(")) || text.contains(&format!("{{{{- {name}("));
            if !is_inner && !shown.contains(&format!("{file}::{name}(")) {
                missing.push(format!("{file}::{name}"));
            }
        }
    }
    assert!(seen > 20 && missing.is_empty(), "{missing:?} of {seen} macros");
}

/// The templates of the components with their texts.
fn components() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/components");
    let listed = |folder: &Path| {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    let files =
        listed(&folder).into_iter().chain(listed(&folder.join("gallery"))).filter(|path| path.is_file());
    files.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn a_page_style_script_and_icon_fit_the_first_page_budget() {
    let page = super::assets::gzip(gallery().as_bytes()).len();
    let whole = page + super::assets::Assets::get().transferred();
    println!("page {page} bytes, with style, script and icon {whole} bytes compressed");
    assert!(whole <= 60 * 1024, "{whole} bytes");
}
