//! The asset that an item is done at, as the order's page and the editor name it.

use std::collections::BTreeMap;

use super::view::OrderView;
use crate::assets::model::key_of;
use crate::assets::reads::{AssetRow, with_codes};
use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::work_orders::model::{AskKind, Asks, Order};

/// An asset at which an item is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopView {
    /// As the asset writes it; as the plan does, where no asset has it.
    pub code: String,
    /// None where no asset on the list has the code.
    pub name: Option<String>,
}

impl StopView {
    /// The asset that an item asks for, if it asks for the scan of one.
    pub(super) fn of(view: &OrderView, asks: &Asks) -> Option<Self> {
        if asks.kind != AskKind::Scan {
            return None;
        }
        let found = view.assets.get(&key_of(&asks.asset));
        Some(found.map_or_else(
            || Self { code: asks.asset.clone(), name: None },
            |asset| Self { code: asset.code.clone(), name: Some(asset.name.clone()) },
        ))
    }
}

/// The assets at which items of an order are done; nothing is asked for where there are none.
pub(super) fn assets(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
) -> Result<BTreeMap<String, AssetRow>> {
    let items = order.steps.iter().flat_map(|step| &step.items);
    let asked = items.filter(|item| item.asks.kind == AskKind::Scan);
    with_codes(conn, project, asked.map(|item| item.asks.asset.as_str()))
}
