//! Removes bytes that nobody speaks of any more.

use crate::state::App;
use crate::traces::media::blobs;

/// Removes what lies at these places; gives those that could not be removed now, to be tried again.
pub async fn forget(app: &App, places: Vec<String>) -> Vec<String> {
    let mut left = Vec::new();
    for place in places {
        if blobs::remove(app, &place).await.is_err() {
            left.push(place);
        }
    }
    left
}
