//! Finding an asset for a field, and registering what orders name already.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::{Data, Query};
use askama::Template;

use crate::assets::actions::create::{NewAsset, create};
use crate::assets::model::{Code, Facts};
use crate::assets::reads::{Choices, choices};
use crate::db::AnyConnection;
use crate::foundation::{Action, Error, ProjectKey, Result};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Form, Principal, WebResult, flash, see_other};
use crate::work_orders::by_asset::reads as by_asset;
use order_markdown::prose::one_line;

/// Tags that are listed at once.
const LISTED: usize = 50;

/// A tag that orders name and no asset has.
pub struct Unknown {
    /// As it is looked for.
    pub key: String,
    /// As an order writes it, and what that calls the asset.
    pub tag: String,
    pub name: String,
    pub orders: i64,
    /// Whether it can be the code of an asset.
    pub is_code: bool,
}

impl Unknown {
    /// What the button does, for readers of the screen.
    pub fn register(&self) -> String {
        format!("Register {}", self.tag)
    }
}

/// The tags that no asset has, those of most orders first.
#[derive(Default)]
pub(super) struct AllUnknown {
    pub(super) listed: Vec<Unknown>,
    /// How many tags come after those.
    pub(super) more: usize,
    /// How many orders name any of them.
    pub(super) orders: i64,
}

/// Reads them.
pub(super) fn unknown(
    conn: &mut AnyConnection,
    project: ProjectKey,
    known: &BTreeSet<String>,
) -> Result<AllUnknown> {
    let mut tags = by_asset::tags(conn, project)?;
    tags.retain(|(key, _)| !known.contains(key));
    tags.sort_by_key(|(key, orders)| (std::cmp::Reverse(*orders), key.clone()));
    let orders = tags.iter().map(|(_, orders)| orders).sum();
    let more = tags.len().saturating_sub(LISTED);
    let mut listed = Vec::new();
    for (key, orders) in tags.into_iter().take(LISTED) {
        let (tag, name) = by_asset::written(conn, project, &key)?.unwrap_or_default();
        let is_code = Code::parse("code", &tag).is_ok();
        listed.push(Unknown { key, tag, name, orders, is_code });
    }
    Ok(AllUnknown { listed, more, orders })
}

/// POST `/assets/new/named`: field `tag`. The asset gets the name that the newest order gives it.
pub async fn register(app: Data<App>, who: Principal, form: Form) -> WebResult {
    who.must(Action::KeepAssets)?;
    let (project, key) = (who.project, form.text("tag").to_owned());
    let found = app.db.read(move |conn| by_asset::written(conn, project, &key)).await?;
    let (tag, name) = found.ok_or_else(|| Error::not_found("an order that names this asset"))?;
    let name = one_line(if name.trim().is_empty() { &tag } else { &name });
    let facts =
        Facts { name: name.chars().take(crate::assets::model::SHORT_CHARS).collect(), ..Facts::default() };
    let code = create(&app, &who, NewAsset { code: tag, facts, parent: String::new() }).await?;
    let words =
        format!("Asset {code} is on the list. Say where it belongs and what is at stake where it fails.");
    Ok(flash::good(see_other(format!("/assets/{code}")), &words))
}

#[derive(Template)]
#[template(path = "assets/options.html")]
struct Options {
    choices: Choices,
}

/// GET `/assets/options?q=`: assets in use for a field, as options of a list.
pub async fn options(app: Data<App>, who: Principal, query: Query<BTreeMap<String, String>>) -> WebResult {
    let (project, q) = (who.project, query.get("q").cloned().unwrap_or_default());
    let choices = app.db.read(move |conn| choices(conn, project, &q)).await?;
    show_page(&Options { choices })
}
