//! Addresses of files on their way to be orders.

use crate::foundation::Action;
use crate::web::Access::May;
use crate::web::{Access, Routes};

use super::pages::{file, files, paste};

const WRITE: Access = May(Action::CreateDraft);

/// Registers them.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders/import", WRITE, paste::show);
    routes.post("/work-orders/import", WRITE, paste::submit);
    routes.post("/work-orders/import/preview", WRITE, paste::preview);
    routes.get("/work-orders/import/files", WRITE, files::show);
    routes.post("/work-orders/import/files", WRITE, files::bring);
    routes.post("/work-orders/import/files/take", WRITE, files::take);
    routes.post("/work-orders/import/files/put-away", WRITE, files::put_away);
    routes.get("/work-orders/import/files/{file}", WRITE, file::show);
    routes.post("/work-orders/import/files/{file}", WRITE, file::take);
    routes.post("/work-orders/import/files/{file}/choices", WRITE, file::choose);
}
