//! References to parts of an order, read back from both forms.

use super::model::{Resolved, Target};
use super::samples;

#[test]
fn references_of_people_and_machines_find_the_same_part() {
    let order = samples::draft();
    let item = Target::Item("i2".to_owned());
    for (reference, expected) in [
        ("WO-2026-001/1.2", Some(Resolved::Part(item.clone()))),
        ("wo-2026-001/1.2", Some(Resolved::Part(item.clone()))),
        ("WO-2026-001/item:i2", Some(Resolved::Part(item))),
        ("WO-2026-001/2", Some(Resolved::Part(Target::Step("s2".to_owned())))),
        ("WO-2026-001/C1", Some(Resolved::Part(Target::Criterion("c1".to_owned())))),
        ("WO-2026-001", Some(Resolved::Order)),
        ("WO-2026-002/1", None),
        ("WO-2026-001/0", None),
        ("WO-2026-001/9.1", None),
        ("WO-2026-001/C2", None),
        ("WO-2026-001/item:nothing", None),
    ] {
        assert_eq!(order.resolve(reference), expected, "{reference}");
    }
}

#[test]
fn every_part_reads_back_from_both_forms() {
    let order = samples::draft();
    for target in order.targets() {
        assert_eq!(target.to_string().parse::<Target>().unwrap(), target);
        let reference = order.reference(&target).unwrap();
        assert_eq!(order.resolve(&reference), Some(Resolved::Part(target)));
    }
    assert!("item:".parse::<Target>().is_err() && "thing:1".parse::<Target>().is_err());
}
