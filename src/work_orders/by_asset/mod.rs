//! Orders by the asset that they name: an order belongs to an asset when its tag is the asset's code, in any case of letters.
//!
//! A tag that no asset has stays free text. A retired asset takes no orders: no new one, and no order that named another before.

pub mod reads;

use crate::assets::reads as assets;
use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result};

use super::model::AssetRef;

/// What an order is to say of its asset: a code is written as its asset writes it, with the asset's name. `before` is what the
/// order said until now.
pub(super) fn settled(
    conn: &mut AnyConnection,
    project: ProjectKey,
    before: Option<&AssetRef>,
    asked: Option<AssetRef>,
) -> Result<Option<AssetRef>> {
    let Some(asked) = asked else { return Ok(None) };
    if is_kept(before, &asked) {
        return Ok(Some(asked));
    }
    let Some(asset) = assets::find(conn, project, &asked.tag)? else { return Ok(Some(asked)) };
    refuse_retired(&asset)?;
    Ok(Some(AssetRef { name: asset.name, tag: asset.code }))
}

/// Refuses a retired asset, and leaves the words of a text as they are.
pub(super) fn check(
    conn: &mut AnyConnection,
    project: ProjectKey,
    before: Option<&AssetRef>,
    asked: Option<&AssetRef>,
) -> Result<()> {
    let Some(asked) = asked.filter(|asked| !is_kept(before, asked)) else { return Ok(()) };
    assets::find(conn, project, &asked.tag)?.as_ref().map_or(Ok(()), refuse_retired)
}

/// Whether no asset is named, or the one that the order has already.
fn is_kept(before: Option<&AssetRef>, asked: &AssetRef) -> bool {
    let tag = asked.tag.trim();
    tag.is_empty() || before.is_some_and(|before| before.tag.trim().eq_ignore_ascii_case(tag))
}

fn refuse_retired(asset: &assets::AssetRow) -> Result<()> {
    if asset.retired_at.is_none() {
        return Ok(());
    }
    let message = format!("asset {} is retired and takes no orders: {}", asset.code, asset.retired_reason);
    Err(Error::invalid("tag", message))
}
