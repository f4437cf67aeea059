//! `import --dry-run`: what would become of each file, as a table.

use std::path::{Path, PathBuf};

use crate::work_orders::actions::import::{Brought, Choices, read_with};
use crate::work_orders::read::{Kept, Taken};
use crate::work_orders::write::write;

use super::say;

/// What was found in one file.
struct Row {
    taken: Taken,
    kept: Kept,
    /// Whether it comes out byte for byte as it went in.
    same: bool,
}

/// Prints a line for each file and the sums; fails when a file cannot be taken or does not come out the same.
pub(super) fn print(files: &[PathBuf], points: bool) -> anyhow::Result<()> {
    say("steps  items  criteria  safety  code  ticked  not tickable  bytes      file");
    let (mut taken, mut tickable, mut left, mut same) = (0_usize, 0_usize, 0_usize, 0_usize);
    for file in files {
        match read(file, points) {
            Ok(row) => {
                line(file, &row);
                taken += 1;
                tickable += row.taken.items + row.taken.criteria;
                left += row.kept.boxes;
                same += usize::from(row.same);
            }
            Err(why) => say(format_args!("{:<71}{}: {why}", "refused", file.display())),
        }
    }
    say(format_args!(
        "{taken} of {} files taken; {tickable} boxes and criteria can be ticked, {left} boxes stand in code, comments or HTML; \
         {same} of {taken} come out byte for byte the same",
        files.len()
    ));
    anyhow::ensure!(
        taken == files.len() && same == taken,
        "not every file could be taken and written out unchanged"
    );
    Ok(())
}

fn line(file: &Path, row: &Row) {
    let Taken { steps, items, criteria, safety, code, claimed } = row.taken;
    let bytes = if row.same { "same" } else { "DIFFERENT" };
    let left = row.kept.boxes;
    say(format_args!(
        "{steps:>5}  {items:>5}  {criteria:>8}  {safety:>6}  {code:>4}  {claimed:>6}  {left:>12}  {bytes:<9}  {}",
        file.display()
    ));
}

fn read(file: &Path, points: bool) -> anyhow::Result<Row> {
    let bytes = std::fs::read(file)?;
    let choices = Choices { points_are_items: points, ..Choices::default() };
    let brought = Brought { file: None, bytes, choices };
    let reading = read_with(&brought)?;
    let (taken, kept) = (reading.taken(), reading.kept());
    let mut count = 0_u32;
    let order = reading.into_order(&mut || {
        count += 1;
        format!("new-{count}")
    })?;
    Ok(Row { taken, kept, same: write(&order).as_bytes() == brought.bytes.as_slice() })
}
