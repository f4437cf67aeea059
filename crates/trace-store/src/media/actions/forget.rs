//! Removes bytes that nobody speaks of any more.

use crate::foundation::{Action, Asker, Result};
use crate::media::blobs;
use crate::state::App;

/// Removes what lies at these places; nothing there is as good. All are tried before a failure is told.
///
/// For rules alone: whoever may erase has been asked by the erasure, in whose transaction these places were found.
pub async fn forget(app: &App, asker: &Asker, places: &[String]) -> Result<()> {
    asker.must(Action::RemoveErased)?;
    let mut told = Ok(());
    for place in places {
        if let Err(cause) = blobs::remove(app, place).await {
            told = Err(cause);
        }
    }
    told
}
