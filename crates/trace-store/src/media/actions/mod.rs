//! What can be done with media: one file for each.

mod announce;
mod forget;
mod report;
mod upload;

pub use announce::announce;
pub use forget::forget;
pub use report::report;
pub use upload::{UploadHeaders, upload};
