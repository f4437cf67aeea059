//! The page of workload, and the page on which hours, holidays and absences are set.

pub(in crate::figures) mod hours;
pub(in crate::figures) mod load;
pub(super) mod view;
