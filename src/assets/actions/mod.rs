//! What can be done to assets, one file per verb.

pub mod add_meter;
pub mod change;
pub mod change_meter;
pub mod create;
pub mod import;
pub mod read_meter;
pub mod relocate;
pub mod retire;
pub mod take_up;
pub mod withdraw_reading;

use crate::db::{Tx, locks};
use crate::foundation::{Error, ProjectKey, Result};
use crate::ledger::Ledger;

use super::events::{AssetEvent, stream_of};
use super::model::AssetName;
use super::reads::{self, AssetRow};

/// Makes whoever changes assets of a project take turns: codes are unique and the tree has no circle.
fn take_turn(tx: &mut Tx<'_>, project: ProjectKey) -> Result<()> {
    locks::take_turn(tx, locks::order_turn(project, "assets"))
}

fn append(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    asset: &str,
    event: &AssetEvent,
) -> Result<()> {
    ledger.append_next(tx, &stream_of(project, asset), event.draft()?).map(drop)
}

/// The asset that a form names as the one to be a part of; none for an empty code.
fn parent(tx: &mut Tx<'_>, project: ProjectKey, code: &str) -> Result<Option<AssetRow>> {
    if code.trim().is_empty() {
        return Ok(None);
    }
    let found = reads::find(tx.conn, project, code)?;
    let found =
        found.ok_or_else(|| Error::invalid("parent", format!("there is no asset with the code {code}")))?;
    Ok(Some(found))
}

/// The one to be a part of, as an event names it; a retired one gets no parts.
fn above(parent: Option<AssetRow>) -> Result<Option<AssetName>> {
    match parent {
        Some(parent) if parent.retired_at.is_some() => {
            let message =
                format!("asset {} is retired and gets no parts; take it up again first", parent.code);
            Err(Error::invalid("parent", message))
        }
        parent => Ok(parent.map(|parent| parent.named())),
    }
}

/// The asset, where it is in use.
fn in_use(tx: &mut Tx<'_>, project: ProjectKey, code: &str) -> Result<AssetRow> {
    let asset = reads::get(tx.conn, project, code)?;
    if asset.retired_at.is_some() {
        return Err(Error::refused(format!("Asset {} is retired. Take it up again first.", asset.code)));
    }
    Ok(asset)
}
