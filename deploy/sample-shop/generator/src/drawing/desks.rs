//! Desks, standing desks and dressing tables.

use serde::Deserialize;

use super::{
    Scene,
    canvas::{Tone, outline},
};

/// A desk with a shelf is shown this much taller than the desk itself.
const HEADROOM: f64 = 1.55;

/// A worktop.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Desk {
    legs: Legs,
    #[serde(default)]
    drawers: u32,
    /// A raised shelf on the top.
    #[serde(default)]
    shelf: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Legs {
    Frame,
    Tapered,
    Pedestals,
    /// Two columns that rise.
    Lift,
    /// One column on castors.
    Column,
}

impl Desk {
    /// Height to show for a desk of this height.
    pub(super) fn shown_height(&self, height: u32) -> u32 {
        if self.shelf { (f64::from(height) * HEADROOM) as u32 } else { height }
    }

    pub(crate) fn draw(&self, s: &mut Scene) {
        if self.shelf {
            s.top = s.y(1.0 / HEADROOM);
        }
        let top = s.top;
        self.draw_legs(s, top + 20.0);
        if self.drawers > 0 && self.legs != Legs::Pedestals {
            drawer_row(s, top + 20.0, self.drawers);
        }
        let d = outline!("M{} {}H{}L{} {}H{}z", s.x(0.035), top, s.x(0.965), s.right, top + 11.0, s.left);
        s.canvas.path(&d, s.main.lighter(0.12));
        s.panel([s.left, top + 11.0, s.width(), 10.0], 1.5, s.main.darker(0.05));
        if self.shelf {
            draw_hutch(s, top);
        } else {
            draw_laptop(s, top);
        }
    }

    fn draw_legs(&self, s: &mut Scene, top: f64) {
        let tone = s.trim;
        match self.legs {
            Legs::Frame => {
                for x in [0.04, 0.96] {
                    s.canvas.line((s.x(x), top), (s.x(x), s.floor - 4.0), tone, 8.0);
                }
                for (from, to) in [((0.06, 0.8), (0.94, 0.2)), ((0.94, 0.8), (0.06, 0.2))] {
                    s.canvas.line((s.x(from.0), s.y(from.1)), (s.x(to.0), s.y(to.1)), tone.lighter(0.2), 2.4);
                }
            }
            Legs::Tapered => {
                for (top_x, foot) in [(0.06, 0.03), (0.94, 0.97)] {
                    let (top_x, foot) = (s.x(top_x), s.x(foot));
                    s.tapered_leg(top_x, top, foot, 14.0, tone);
                }
            }
            Legs::Pedestals => self.draw_pedestals(s, top),
            Legs::Lift => {
                for share in [0.2, 0.8] {
                    let x = s.x(share);
                    s.canvas.rect([x - 8.0, top, 16.0, s.floor - top - 6.0], 1.0, tone.lighter(0.12));
                    s.canvas.rect([x - 11.0, s.y(0.5), 22.0, s.floor - s.y(0.5) - 6.0], 1.0, tone);
                    s.canvas.rect([x - 34.0, s.floor - 9.0, 68.0, 9.0], 4.0, tone);
                }
                s.canvas.rect([s.x(0.2), top, s.width() * 0.6, 9.0], 0.0, tone);
                s.canvas.rect([s.x(0.66), top, 34.0, 9.0], 2.0, Tone::INK.lighter(0.3));
                s.canvas.rect([s.x(0.66) + 5.0, top + 2.5, 10.0, 4.0], 1.0, Tone::from_hex("#7fd6a0"));
            }
            Legs::Column => {
                s.canvas.rect([190.0, top, 20.0, s.floor - top - 24.0], 2.0, tone);
                s.canvas.rect([194.0, top, 12.0, (s.floor - top) * 0.4], 1.0, tone.lighter(0.25));
                s.canvas.rect([s.x(0.12), s.floor - 24.0, s.width() * 0.76, 9.0], 4.0, tone.darker(0.1));
                for share in [0.16, 0.84] {
                    let x = s.x(share);
                    s.castor(x, 8.0);
                }
            }
        }
    }

    fn draw_pedestals(&self, s: &mut Scene, top: f64) {
        s.panel([s.x(0.3), top, s.width() * 0.4, (s.floor - top) * 0.62], 0.0, s.main.darker(0.22));
        let height = (s.floor - top - 8.0) / f64::from(self.drawers.max(1));
        for left in [0.02, 0.7] {
            let (x, w) = (s.x(left), s.width() * 0.28);
            s.panel([x, top, w, s.floor - top], 1.0, s.main.darker(0.08));
            for row in 0..self.drawers {
                let y = top + 4.0 + height * f64::from(row);
                s.canvas.rect([x + 4.0, y, w - 8.0, height - 3.0], 2.0, s.main.line());
                s.panel([x + 5.0, y + 1.0, w - 10.0, height - 5.0], 2.0, s.main.lighter(0.08));
                s.canvas.rect([x + w / 2.0 - 12.0, y + height * 0.38, 24.0, 4.0], 2.0, Tone::BRASS);
            }
        }
    }
}

fn drawer_row(s: &mut Scene, y: f64, drawers: u32) {
    let each = s.width() * 0.86 / f64::from(drawers);
    s.panel([s.x(0.06), y, s.width() * 0.88, 30.0], 1.0, s.main.darker(0.08));
    for place in 0..drawers {
        let x = s.x(0.07) + each * f64::from(place);
        s.canvas.rect([x + 1.0, y + 3.0, each - 2.0, 24.0], 2.0, s.main.line());
        s.panel([x + 2.0, y + 4.0, each - 4.0, 22.0], 2.0, s.main.lighter(0.1));
        s.canvas.circle(x + each / 2.0, y + 15.0, 3.6, Tone::BRASS);
    }
}

fn draw_hutch(s: &mut Scene, top: f64) {
    let (x, w) = (s.x(0.08), s.width() * 0.84);
    let shelf = top - 44.0;
    for side in [x, x + w - 7.0] {
        s.canvas.rect([side, shelf, 7.0, 48.0], 1.0, s.main.darker(0.12));
    }
    s.panel([x - 4.0, shelf - 7.0, w + 8.0, 9.0], 2.0, s.main.lighter(0.04));
    for (place, (hex, height)) in [("#b5664f", 26.0), ("#dcc89a", 22.0), ("#52707f", 28.0)].into_iter().enumerate() {
        s.canvas.rect([x + 12.0 + 9.0 * place as f64, shelf - 7.0 - height, 8.0, height], 1.0, Tone::from_hex(hex));
    }
    draw_laptop(s, top);
}

fn draw_laptop(s: &mut Scene, top: f64) {
    s.canvas.rect([176.0, top - 30.0, 48.0, 32.0], 3.0, Tone::INK.lighter(0.1));
    s.canvas.rect([179.0, top - 27.0, 42.0, 26.0], 1.5, Tone::GLASS);
    s.canvas.rect([170.0, top + 1.0, 60.0, 4.0], 2.0, Tone::METAL);
}

/// A table with a mirror.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DressingTable {
    /// A mirror with bulbs, and a stool.
    #[serde(default)]
    lights: bool,
}

impl DressingTable {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let top = s.y(0.54);
        if self.lights {
            draw_lit_mirror(s, top)
        } else {
            draw_round_mirror(s, top)
        }
        for (from, to) in [(0.08, 0.06), (0.92, 0.94)] {
            let (from, to, tone) = (s.x(from), s.x(to), if s.grain { s.main.darker(0.15) } else { s.trim });
            s.tapered_leg(from, top, to, 12.0, tone);
        }
        if self.lights {
            draw_stool(s);
        }
        drawer_row(s, top + 8.0, 2);
        s.panel([s.left, top, s.width(), 10.0], 2.0, s.main);
        s.canvas.rect([s.left, top, s.width(), 3.0], 1.5, s.main.lighter(0.2));
    }
}

fn draw_lit_mirror(s: &mut Scene, top: f64) {
    let (x, w, h) = (s.x(0.16), s.width() * 0.68, top - s.top);
    s.canvas.rect([x, s.top, w, h], 6.0, s.main.darker(0.04));
    s.canvas.rect([x + 15.0, s.top + 12.0, w - 30.0, h - 18.0], 3.0, Tone::GLASS);
    s.canvas.line((x + 30.0, s.top + h * 0.6), (x + 62.0, s.top + 28.0), Tone::PAPER, 4.0);
    let bulb = Tone::from_hex("#ffe9b8");
    for step in 0..5 {
        let y = s.top + 16.0 + (h - 32.0) * f64::from(step) / 4.0;
        s.canvas.circle(x + 7.5, y, 5.0, bulb);
        s.canvas.circle(x + w - 7.5, y, 5.0, bulb);
    }
}

fn draw_round_mirror(s: &mut Scene, top: f64) {
    let r = (top - s.top) / 2.0 - 3.0;
    s.canvas.rect([196.0, top - 12.0, 8.0, 14.0], 1.0, Tone::BRASS);
    s.canvas.circle(200.0, s.top + r, r, Tone::BRASS);
    s.canvas.circle(200.0, s.top + r, r - 5.0, Tone::GLASS);
    s.canvas.line((184.0, s.top + r + 14.0), (214.0, s.top + r - 22.0), Tone::PAPER, 4.0);
}

fn draw_stool(s: &mut Scene) {
    let seat = s.y(0.3);
    for (from, to) in [(178.0, 172.0), (222.0, 228.0)] {
        let tone = s.trim;
        s.tapered_leg(from, seat, to, 9.0, tone);
    }
    s.canvas.rect([164.0, seat - 6.0, 72.0, 18.0], 9.0, Tone::LINEN.darker(0.06));
}
