//! Removing bytes that no record names: of uploads that a stopped server left half done, and of records that were erased.

use std::collections::BTreeMap;

use crate::foundation::{Action, Asker, ProjectKey, Result};
use crate::media::blobs;
use crate::state::App;
use crate::work_orders::gathered::storage;
use crate::work_orders::reads;

/// An upload takes less than this, in microseconds.
const OLD: i64 = 86_400_000_000;
/// Places looked at in one go.
const AT_ONCE: usize = 20_000;

/// Sweeps; gives how many places. What is younger than a day may still be on its way.
pub async fn sweep_files(app: &App, asker: &Asker) -> Result<usize> {
    asker.must(Action::RemoveErased)?;
    let before = app.now().plus_micros(-OLD);
    let places = blobs::places_before(app, storage::FOLDER, before, AT_ONCE).await?;
    let mut by_order: BTreeMap<(ProjectKey, String), Vec<(String, String)>> = BTreeMap::new();
    for place in places {
        if let Some((project, order, file)) = storage::read(&place) {
            by_order.entry((project, order.to_owned())).or_default().push((file.to_owned(), place.clone()));
        }
    }
    let mut swept = 0;
    for ((project, order), files) in by_order {
        let folded = app
            .db
            .read(move |conn| reads::fold_events(&reads::history(conn, project, &order, None)?))
            .await?;
        for (_, place) in files.into_iter().filter(|(file, _)| folded.gathered.file(file).is_none()) {
            blobs::remove(app, &place).await?;
            swept += 1;
        }
    }
    Ok(swept)
}
