//! Makes a small order to try things on.

use crate::foundation::{Asker, Result};
use crate::state::App;
use crate::work_orders::actions::import::{Imported, import};

/// The order as a file that anybody could have brought; when it was written is when it is asked for.
const SAMPLE: &[u8] = include_bytes!("../sample.md");

/// Imports the sample; asked for twice, it gives the one that is there.
pub async fn sample_order(app: &App, asker: &Asker) -> Result<Imported> {
    import(app, asker, Some("sample.md".to_owned()), SAMPLE.to_vec()).await
}
