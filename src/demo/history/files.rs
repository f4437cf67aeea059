//! Files that the people of the story bring: small, and made here.

use super::super::picture::chart;

/// The bytes of a file by its name.
pub(super) fn content(name: &str) -> Vec<u8> {
    match name {
        "fan-vibration.png" => chart(&[18, 22, 21, 35, 52, 78, 81, 30, 12, 11, 12]),
        "answers-by-model.png" => chart(&[64, 71, 70, 74, 69, 82, 85, 84, 88]),
        "scale-weights.csv" => b"weight_g,shown_g,difference_g\n200,200.0,0.0\n500,500.1,0.1\n1000,1000.2,0.2\n5000,4999.8,-0.2\n".to_vec(),
        "restore-times.csv" => b"table,rows,seconds\ncatalogue,24183,41\nstock,9120,12\nquestions,188402,204\n".to_vec(),
        "gateway-limit.log" => b"07:00 limit 40/s, refused 0\n09:30 limit 40/s, refused 112\n09:45 limit 80/s, refused 0\n16:00 limit 80/s, refused 0\n".to_vec(),
        "slow-answers.csv" => b"hour,answers,over_5_s\n08,212,4\n09,340,61\n10,318,58\n11,280,9\n12,96,1\n".to_vec(),
        other => format!("{other}\nwritten down at the counter of the parts store\n").into_bytes(),
    }
}
