//! What a person chose for a file, as a form says it.

use std::collections::BTreeMap;

use crate::foundation::Result;
use crate::order_pages::due_in;
use crate::web::Form;
use crate::work_orders::actions::import::{Again, Choices};
use crate::work_orders::model::{Kind, Priority};

/// Fields `title`, `type`, `priority`, `due`, `criteria`, `points`, `anew` and `kind-12=item`.
pub fn choices(form: &Form) -> Result<Choices> {
    let due = due_in(form)?;
    Ok(Choices { due, ..choices_without_day(form) })
}

/// The same, whatever the day says.
pub fn choices_without_day(form: &Form) -> Choices {
    let criteria = form.text("criteria").lines().map(str::trim).filter(|line| !line.is_empty());
    Choices {
        kinds: kinds(form),
        points_are_items: form.is_checked("points"),
        title: form.optional("title").map(str::to_owned),
        order_type: form.optional("type").map(str::to_owned),
        priority: form.optional("priority").and_then(Priority::read),
        due: None,
        criteria: criteria.map(str::to_owned).collect(),
        again: if form.is_checked("anew") { Again::Anew } else { Again::Asked },
    }
}

/// What the block at a place is taken for.
fn kinds(form: &Form) -> BTreeMap<usize, Kind> {
    let chosen = form
        .fields()
        .filter_map(|(name, value)| Some((name.strip_prefix("kind-")?.parse().ok()?, Kind::read(value)?)));
    chosen.collect()
}
