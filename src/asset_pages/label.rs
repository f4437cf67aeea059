//! Labels for printing: one alone, 50 by 30 mm, or a sheet of everything below an asset.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Query};
use askama::Template;

use crate::assets::reads::{self, AssetRow};
use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::order_pages::qr;
use crate::order_pages::text::Html;
use crate::state::App;
use crate::web::page::{own_address, show as show_page};
use crate::web::{Principal, Shell, WebResult};

/// Labels of one sheet.
const MOST: usize = 200;

/// What stands on a label.
pub struct LabelView {
    pub code: String,
    pub name: String,
    /// The address of the asset's page, as a phone's camera reads it.
    pub address: String,
    pub qr: Html,
}

impl LabelView {
    pub(super) fn of(request: &HttpRequest, app: &App, asset: &AssetRow) -> Result<Self> {
        let own = own_address(request, app.config.server.public_url.as_deref());
        let address = format!("{own}/assets/{}", asset.code);
        let qr = qr::svg(&address)?;
        Ok(Self { code: asset.code.clone(), name: asset.name.clone(), address, qr })
    }
}

#[derive(Template)]
#[template(path = "assets/labels.html")]
struct LabelPage {
    shell: Shell,
    labels: Vec<LabelView>,
    /// Whether they stand on a sheet; else one prints alone.
    is_sheet: bool,
    back: String,
    /// The next sheet, where there are more than one takes.
    next: Option<String>,
}

/// GET `/assets/{code}/label`.
pub async fn one(request: HttpRequest, app: Data<App>, who: Principal, code: Path<String>) -> WebResult {
    let (project, code) = (who.project, code.into_inner());
    let asset = app.db.read(move |conn| reads::get(conn, project, &code)).await?;
    show_page(&LabelPage {
        shell: Shell::of_tab(&request, format!("Label of {}", asset.code), "assets"),
        labels: vec![LabelView::of(&request, &app, &asset)?],
        is_sheet: false,
        back: format!("/assets/{}", asset.code),
        next: None,
    })
}

/// GET `/assets/labels`; `under=CODE` for an asset and everything below it, else all; `from=N` leaves out the first N of them. Retired
/// ones get none.
pub async fn sheet(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let (project, under) = (who.project, query.get("under").cloned().unwrap_or_default());
    let (mut assets, top) = app.db.read(move |conn| below(conn, project, &under)).await?;
    let from =
        query.get("from").and_then(|from| from.parse::<usize>().ok()).unwrap_or_default().min(assets.len());
    assets.drain(..from);
    let code = top.as_ref().map_or("", |top| top.code.as_str());
    let next = (assets.len() > MOST).then(|| format!("/assets/labels?under={code}&from={}", from + MOST));
    assets.truncate(MOST);
    let labels: Result<Vec<LabelView>> =
        assets.iter().map(|asset| LabelView::of(&request, &app, asset)).collect();
    show_page(&LabelPage {
        shell: Shell::of_tab(&request, "Labels", "assets"),
        labels: labels?,
        is_sheet: true,
        back: top.map_or_else(|| "/assets".to_owned(), |top| format!("/assets/{}", top.code)),
        next,
    })
}

fn below(
    conn: &mut AnyConnection,
    project: ProjectKey,
    under: &str,
) -> Result<(Vec<AssetRow>, Option<AssetRow>)> {
    let mut assets = reads::all(conn, project)?;
    assets.retain(|asset| asset.retired_at.is_none());
    if under.trim().is_empty() {
        return Ok((assets, None));
    }
    let top = reads::get(conn, project, under)?;
    let ids = reads::parents(conn, project)?.below(&top.asset_id);
    assets.retain(|asset| ids.contains(&asset.asset_id));
    Ok((assets, Some(top)))
}
