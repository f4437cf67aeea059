//! The tree of assets, or those that are looked for.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use super::choose::{AllUnknown, unknown};
use super::tree::{Forest, TreeRow};
use crate::db::AnyConnection;
use crate::foundation::{Action, Grant};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

#[derive(Template)]
#[template(path = "assets/list.html")]
struct ListPage {
    shell: Shell,
    tree: Vec<TreeRow>,
    /// What is looked for; empty for all.
    q: String,
    has_assets: bool,
    may_keep: bool,
    /// Tags of orders that no asset has, for whoever may register them.
    unknown: AllUnknown,
}

/// GET `/assets`; `q` looks for words in code, name, kind and place.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let q = query.get("q").map(|words| words.trim().to_owned()).unwrap_or_default();
    let (asker, now) = (who.0.clone(), app.now());
    let may_keep = who.may(Action::KeepAssets) > Grant::Never;
    let read = move |conn: &mut AnyConnection| {
        let forest = Forest::read(conn, &asker, now)?;
        let known: BTreeSet<String> = forest.rows.iter().map(|row| row.code_key.clone()).collect();
        // Whoever keeps assets sees every order; of the others nobody is told what orders name.
        let unknown = if may_keep { unknown(conn, asker.project, &known)? } else { AllUnknown::default() };
        Ok((forest, unknown))
    };
    let (forest, unknown) = app.db.read(read).await?;
    show_page(&ListPage {
        shell: Shell::of_tab(&request, "Assets", "assets"),
        tree: if q.is_empty() { forest.around(None) } else { forest.found(&q) },
        q,
        has_assets: !forest.rows.is_empty(),
        may_keep,
        unknown,
    })
}
