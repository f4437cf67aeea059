//! Removes bytes that nobody speaks of any more.

use crate::foundation::Result;
use crate::media::blobs;
use crate::state::App;

/// Removes what lies at these places; nothing there is as good. All are tried before a failure is told.
pub async fn forget(app: &App, places: &[String]) -> Result<()> {
    let mut told = Ok(());
    for place in places {
        if let Err(cause) = blobs::remove(app, place).await {
            told = Err(cause);
        }
    }
    told
}
