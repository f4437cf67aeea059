//! What belongs to a part of an order beside its ticks and marks. It names the part by its id, so a part to which any of it
//! belongs stays where it is.

use crate::facts::Facts;
use crate::model::{Order, Target};

/// What belongs to the step, item or criterion with this id, as the subject of a sentence: the first that is found of what was
/// brought, linked, judged, asked, followed up, let pass or added. None where nothing does. What was taken back counts too: it
/// stays in the record.
pub fn carried(order: &Order, facts: &Facts, id: &str) -> Option<&'static str> {
    let about = |target: &Option<Target>| target.as_ref().is_some_and(|it| it.id() == id);
    let evidence = &facts.evidence;
    let step = order.steps.iter().find(|step| step.id == id);
    let item = order.item(id).map(|(_, item)| item);
    let is_let_pass =
        step.is_some_and(|it| it.released.is_some()) || item.is_some_and(|it| it.released.is_some());
    let found = [
        (order.gathered.files.iter().any(|file| about(&file.place.target())), "a photo or file"),
        (evidence.judged.contains(id), "a verdict"),
        (evidence.evidenced.contains(id), "linked evidence"),
        (order.delegation.questions.iter().any(|it| about(&it.about)), "a question"),
        (order.relations.iter().any(|it| about(&it.about)), "a follow-up order"),
        (order.amendments.iter().any(|it| about(&it.about)), "an amendment"),
        (is_let_pass, "a supervisor's word that let work pass it"),
    ];
    found.into_iter().find_map(|(is_there, what)| is_there.then_some(what))
}
