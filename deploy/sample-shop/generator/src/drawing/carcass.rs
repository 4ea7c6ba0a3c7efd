//! Cabinets of every kind: columns of drawers, doors and open bays in a box.

use serde::{Deserialize, Deserializer, de};

use super::{
    Scene,
    canvas::{Tone, outline},
    chairs::weave,
};

/// A box with fronts. The plan is written `drawer / door*2 | open`: columns from left to right, in each the cells from top to bottom, with
/// their relative height after `*`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Carcass {
    #[serde(deserialize_with = "plan")]
    plan: Vec<Vec<Cell>>,
    legs: Legs,
    pulls: Pulls,
}

#[derive(Clone, Copy)]
struct Cell {
    front: Front,
    weight: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Front {
    Drawer,
    /// A drawer with a label holder.
    File,
    Flap,
    Door,
    /// A pair of doors.
    Doors,
    Glass,
    Rattan,
    /// A door with vertical ribs.
    Slat,
    /// A metal door with air slots.
    Locker,
    Open,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Legs {
    None,
    Plinth,
    Tapered,
    Splayed,
    Castors,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Pulls {
    None,
    Bar,
    Knob,
    /// A cut-out in the upper edge.
    Notch,
}

fn plan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<Cell>>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.split('|')
        .map(|column| column.split('/').map(cell).collect())
        .collect::<Result<_, _>>()
        .map_err(de::Error::custom)
}

fn cell(text: &str) -> Result<Cell, String> {
    let (name, weight) = text.trim().split_once('*').unwrap_or((text.trim(), "1"));
    let front = match name {
        "drawer" => Front::Drawer,
        "file" => Front::File,
        "flap" => Front::Flap,
        "door" => Front::Door,
        "doors" => Front::Doors,
        "glass" => Front::Glass,
        "rattan" => Front::Rattan,
        "slat" => Front::Slat,
        "locker" => Front::Locker,
        "open" => Front::Open,
        other => return Err(format!("unknown front {other:?}")),
    };
    let weight = weight.parse().map_err(|_| format!("{weight:?} is not a weight"))?;
    Ok(Cell { front, weight })
}

impl Carcass {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let base = self.draw_legs(s);
        let (x, w, top) = (s.left, s.width(), s.top);
        let side = (w * 0.03).clamp(4.0, 7.0);
        s.panel([x, top, w, base - top], 3.0, s.main);
        s.canvas.rect([x, top, w, 3.0], 1.5, s.main.lighter(0.18));
        s.canvas.rect([x + w - side, top + 3.0, side, base - top - 3.0], 0.0, s.main.darker(0.12));
        let columns = self.plan.len() as f64;
        let width = (w - 2.0 * side) / columns;
        for (place, column) in self.plan.iter().enumerate() {
            let left = x + side + width * place as f64;
            self.draw_column(s, column, [left, top + side + 2.0, width, base - top - 2.0 * side - 2.0], place);
        }
    }

    /// Draws what it stands on and returns where the box ends.
    fn draw_legs(&self, s: &mut Scene) -> f64 {
        let height = s.height();
        match self.legs {
            Legs::None => s.floor,
            Legs::Plinth => {
                let base = s.floor - (height * 0.05).clamp(5.0, 10.0);
                s.canvas.rect(
                    [s.x(0.03), base - 1.0, s.width() * 0.94, s.floor - base + 1.0],
                    0.0,
                    s.main.darker(0.35),
                );
                base
            }
            Legs::Castors => {
                for share in [0.12, 0.88] {
                    let x = s.x(share);
                    s.castor(x, 8.0);
                }
                s.floor - 15.0
            }
            Legs::Tapered | Legs::Splayed => {
                let base = s.floor - (height * 0.2).clamp(14.0, 40.0);
                let lean = if self.legs == Legs::Splayed { 0.035 } else { 0.0 };
                let tone = if s.grain { s.main.darker(0.18) } else { s.trim };
                for (top, foot) in [(0.08, 0.08 - lean), (0.92, 0.92 + lean)] {
                    let (top, foot) = (s.x(top), s.x(foot));
                    s.tapered_leg(top, base - 1.0, foot, 12.0, tone);
                }
                base
            }
        }
    }

    fn draw_column(&self, s: &mut Scene, cells: &[Cell], [x, y, w, h]: [f64; 4], column: usize) {
        let total: f64 = cells.iter().map(|cell| cell.weight).sum();
        let mut top = y;
        for (row, cell) in cells.iter().enumerate() {
            let height = h * cell.weight / total;
            let area = [x + 1.5, top + 1.5, w - 3.0, height - 3.0];
            self.draw_cell(s, cell.front, area, column * 3 + row);
            top += height;
        }
    }

    fn draw_cell(&self, s: &mut Scene, front: Front, area: [f64; 4], seed: usize) {
        let face = s.main.lighter(0.1);
        match front {
            Front::Open => draw_open(s, area, seed),
            Front::Doors => self.draw_doors(s, area),
            Front::Drawer | Front::Flap | Front::File => {
                outlined(s, area, face);
                self.draw_drawer_pull(s, area, front);
            }
            Front::Door => {
                outlined(s, area, face);
                self.draw_door_pull(s, area, seed);
            }
            Front::Glass => {
                outlined(s, area, face);
                draw_glass(s, area);
            }
            Front::Rattan => {
                outlined(s, area, face);
                let [x, y, w, h] = area;
                let inner = [x + 6.0, y + 6.0, w - 12.0, h - 12.0];
                s.canvas.rect(inner, 2.0, Tone::LINEN.darker(0.06));
                weave(s, inner);
                self.draw_door_pull(s, area, seed);
            }
            Front::Slat => {
                outlined(s, area, face);
                draw_ribs(s, area);
                self.draw_door_pull(s, area, seed);
            }
            Front::Locker => {
                outlined(s, area, face);
                draw_locker_door(s, area);
            }
        }
    }

    fn draw_doors(&self, s: &mut Scene, [x, y, w, h]: [f64; 4]) {
        let half = w / 2.0;
        for (place, left) in [x, x + half].into_iter().enumerate() {
            let area = [left + 0.5, y, half - 1.0, h];
            outlined(s, area, s.main.lighter(0.1));
            self.draw_door_pull(s, area, place);
        }
    }

    fn draw_drawer_pull(&self, s: &mut Scene, [x, y, w, h]: [f64; 4], front: Front) {
        let middle = x + w / 2.0;
        if front == Front::File {
            s.canvas.rect([middle - 16.0, y + h * 0.2, 32.0, 11.0], 2.0, Tone::PAPER);
        }
        let line = if front == Front::Drawer { y + h * 0.42 } else { y + h * 0.56 };
        match self.pulls {
            Pulls::None => {}
            Pulls::Bar => s.canvas.rect([middle - w * 0.14, line, w * 0.28, 4.0], 2.0, self.metal(s)),
            Pulls::Knob => s.canvas.circle(middle, line + 2.0, 4.0, Tone::BRASS),
            Pulls::Notch => s.canvas.rect([middle - w * 0.11, y, w * 0.22, 6.0], 3.0, s.main.darker(0.4)),
        }
    }

    /// Doors open at their inner edge: even ones on the right, odd ones on the left.
    fn draw_door_pull(&self, s: &mut Scene, [x, y, w, h]: [f64; 4], seed: usize) {
        let edge = if seed.is_multiple_of(2) { x + w - 10.0 } else { x + 7.0 };
        let length = (h * 0.22).min(44.0);
        match self.pulls {
            Pulls::None => {}
            Pulls::Bar => s.canvas.rect([edge, y + h / 2.0 - length / 2.0, 3.5, length], 1.7, self.metal(s)),
            Pulls::Knob => s.canvas.circle(edge + 1.5, y + h * 0.45, 3.8, Tone::BRASS),
            Pulls::Notch => s.canvas.rect([edge - 2.0, y + h * 0.35, 6.0, h * 0.3], 3.0, s.main.darker(0.4)),
        }
    }

    fn metal(&self, s: &Scene) -> Tone {
        if s.grain { Tone::INK } else { Tone::METAL.darker(0.2) }
    }
}

fn outlined(s: &mut Scene, [x, y, w, h]: [f64; 4], tone: Tone) {
    s.canvas.rect([x - 0.8, y - 0.8, w + 1.6, h + 1.6], 2.5, s.main.line());
    s.panel([x, y, w, h], 2.0, tone);
}

/// An open bay: dark inside, with a few things in every other one.
fn draw_open(s: &mut Scene, [x, y, w, h]: [f64; 4], seed: usize) {
    let inside = s.main.darker(0.3);
    s.canvas.rect([x, y, w, h], 1.0, inside);
    s.canvas.rect([x, y, w, 4.0], 0.0, inside.darker(0.2));
    match seed % 3 {
        0 => draw_books(s, x + w * 0.08, y + h, h * 0.72),
        1 => {
            let size = (h * 0.5).min(w * 0.34);
            s.canvas.rect([x + w * 0.5, y + h - size, size * 1.3, size], 3.0, Tone::LINEN.darker(0.1));
        }
        _ => {}
    }
}

fn draw_books(s: &mut Scene, x: f64, floor: f64, tallest: f64) {
    let tallest = tallest.min(46.0);
    let spines = [("#b5664f", 1.0, 7.0), ("#dcc89a", 0.86, 9.0), ("#52707f", 0.95, 6.0), ("#7f8f6a", 0.78, 8.0)];
    let mut left = x;
    for (hex, share, width) in spines {
        let height = tallest * share;
        s.canvas.rect([left, floor - height, width, height], 1.0, Tone::from_hex(hex));
        left += width + 1.0;
    }
}

fn draw_glass(s: &mut Scene, [x, y, w, h]: [f64; 4]) {
    let frame = (w * 0.1).min(7.0);
    let (x, y, w, h) = (x + frame, y + frame, w - 2.0 * frame, h - 2.0 * frame);
    s.canvas.rect([x, y, w, h], 1.0, Tone::GLASS);
    let d = outline!("M{} {}L{} {}", x + w * 0.2, y + h * 0.55, x + w * 0.6, y + h * 0.12);
    s.canvas.stroke(&d, Tone::PAPER, 3.0);
}

fn draw_ribs(s: &mut Scene, [x, y, w, h]: [f64; 4]) {
    let count = (w / 7.0).floor().max(2.0);
    let mut d = String::new();
    for rib in 1..count as u32 {
        d.push_str(&outline!("M{} {}v{}", x + w * f64::from(rib) / count, y + 2.0, h - 4.0));
    }
    let tone = s.main.line();
    s.canvas.stroke(&d, tone, 1.2);
}

fn draw_locker_door(s: &mut Scene, [x, y, w, h]: [f64; 4]) {
    let mut d = String::new();
    for slot in 0..3 {
        d.push_str(&outline!("M{} {}h{}", x + w * 0.32, y + 10.0 + 6.0 * f64::from(slot), w * 0.36));
    }
    s.canvas.stroke(&d, s.main.darker(0.35), 2.2);
    s.canvas.rect([x + w - 12.0, y + h * 0.5 - 7.0, 5.0, 14.0], 2.0, Tone::METAL.lighter(0.2));
}
