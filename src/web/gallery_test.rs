//! Renders every shared part in every state into `gallery.html` of the target folder: for eyes, and so that no part
//! stays behind unrendered.

use std::path::PathBuf;

use actix_web::HttpMessage as _;
use actix_web::test::TestRequest;
use askama::Template;

use crate::foundation::{Actor, ActorKind, Asker, ProjectKey, Role};

use super::charts::{self, Svg};
use super::page::Nav;
use super::{Access, Principal, RouteSpec, Shell};

#[derive(Template)]
#[template(path = "components/gallery.html")]
struct Gallery {
    shell: Shell,
    chips: Vec<(&'static str, &'static str)>,
    stamps: Vec<(&'static str, &'static str)>,
    tabs: Vec<(&'static str, &'static str, &'static str, bool)>,
    spark: Svg,
    bars: Svg,
}

fn gallery() -> String {
    let page = Gallery {
        shell: shell(),
        chips: vec![
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
            ("unattested", "unattested"),
            ("open", "open"),
        ],
        tabs: vec![
            ("Messages", "#m", "", true),
            ("Attributes", "#a", "23", false),
            ("Claims", "#c", "2", false),
        ],
        spark: charts::sparkline(&[3, 4, 2, 6, 5, 9, 8, 7, 10, 8, 11]),
        bars: charts::bars(&[4, 6, 3, 8, 5, 7, 4, 9, 6]),
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
    let parts = include_str!("../../templates/components/parts.html");
    for name in parts.split("{% macro ").skip(1).filter_map(|part| part.split_once('(')) {
        let call = format!("parts::{}(", name.0);
        assert!(
            include_str!("../../templates/components/gallery.html").contains(&call),
            "{call} is not shown"
        );
    }
    assert!(!page.contains("style="), "inline styles are refused by the content security policy");
    assert!(!page.contains("onclick"));
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    std::fs::write(folder.join("gallery.html"), super::assets::inlined(&page)).unwrap();
}

#[test]
fn a_page_style_script_and_icon_fit_the_first_page_budget() {
    let page = super::assets::gzip(gallery().as_bytes()).len();
    let whole = page + super::assets::Assets::get().transferred();
    println!("page {page} bytes, with style, script and icon {whole} bytes compressed");
    assert!(whole <= 60 * 1024, "{whole} bytes");
}
