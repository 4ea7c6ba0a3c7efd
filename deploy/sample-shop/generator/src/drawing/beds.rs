//! Beds, seen from the foot, and mattresses.

use serde::Deserialize;

use super::{
    Scene,
    canvas::{Tone, outline},
};

/// A bed frame, shown made up.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bed {
    headboard: Headboard,
    #[serde(default)]
    drawers: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Headboard {
    Channels,
    Slats,
    Panel,
    Bars,
    Tufted,
}

impl Bed {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let (base, rail) = (s.y(0.1), s.y(0.34));
        self.draw_headboard(s, base);
        let mattress = s.y(0.5);
        draw_linen(s, mattress, rail);
        self.draw_foot(s, rail, base);
    }

    fn draw_headboard(&self, s: &mut Scene, base: f64) {
        let (main, top, w) = (s.main, s.top, s.width());
        match self.headboard {
            Headboard::Channels | Headboard::Tufted => {
                s.canvas.rect([s.left, top, w, base - top], 16.0, main);
                let mut seams = String::new();
                for step in 1..8 {
                    seams.push_str(&outline!("M{} {}V{}", s.x(f64::from(step) / 8.0), top + 8.0, s.y(0.5)));
                }
                if self.headboard == Headboard::Channels {
                    s.canvas.stroke(&seams, main.line(), 2.2);
                    return;
                }
                for row in 0..3 {
                    for column in 1..8 {
                        let offset = if row % 2 == 0 { 0.0 } else { 0.0625 };
                        let x = s.x(f64::from(column) / 8.0 + offset - 0.03);
                        s.canvas.circle(x, top + 20.0 + 24.0 * f64::from(row), 2.6, main.line());
                    }
                }
            }
            Headboard::Panel => {
                s.panel([s.left, top, w, base - top], 3.0, main);
                s.canvas.rect([s.x(0.05), top + 10.0, w * 0.9, s.height() * 0.2], 2.0, main.darker(0.25));
                for (share, hex) in [(0.1, "#b5664f"), (0.14, "#dcc89a"), (0.18, "#52707f"), (0.8, "#7f8f6a")] {
                    s.canvas.rect([s.x(share), top + 18.0, 9.0, s.height() * 0.2 - 8.0], 1.0, Tone::from_hex(hex));
                }
            }
            Headboard::Slats | Headboard::Bars => {
                let (thick, count) = if self.headboard == Headboard::Bars { (5.0, 9) } else { (13.0, 7) };
                for step in 0..count {
                    let x = s.x(0.06 + 0.88 * f64::from(step) / f64::from(count - 1));
                    s.canvas.rect([x - thick / 2.0, top + 6.0, thick, base - top - 6.0], 1.0, main.darker(0.1));
                }
                for x in [s.left, s.right - 12.0] {
                    s.canvas.rect([x, top, 12.0, s.floor - top], 3.0, main);
                }
                s.panel([s.left, top + 2.0, w, 15.0], 4.0, main.lighter(0.05));
            }
        }
    }

    fn draw_foot(&self, s: &mut Scene, rail: f64, base: f64) {
        let main = s.main;
        for share in [0.03, 0.97] {
            let (x, tone) = (s.x(share), main.darker(0.3));
            s.tapered_leg(x, base - 2.0, x, 14.0, tone);
        }
        s.panel([s.left - 2.0, rail, s.width() + 4.0, base - rail], 5.0, main.lighter(0.05));
        s.canvas.line((s.left, base - 1.0), (s.right, base - 1.0), main.line(), 1.5);
        if self.drawers {
            for left in [0.04, 0.52] {
                let area = [s.x(left), rail + 8.0, s.width() * 0.44, base - rail - 14.0];
                s.canvas.rect(area, 2.0, main.line());
                s.panel([area[0] + 1.0, area[1] + 1.0, area[2] - 2.0, area[3] - 2.0], 2.0, main.lighter(0.12));
                s.canvas.rect([area[0] + area[2] / 2.0 - 16.0, rail + 14.0, 32.0, 4.0], 2.0, Tone::METAL.darker(0.2));
            }
        }
    }
}

fn draw_linen(s: &mut Scene, mattress: f64, rail: f64) {
    let (x, w) = (s.x(0.03), s.width() * 0.94);
    let throw = Tone::from_hex("#c9b8a4");
    for left in [0.1, 0.53] {
        s.canvas.rect([s.x(left), mattress - 34.0, s.width() * 0.37, 42.0], 15.0, Tone::PAPER.darker(0.04));
        s.canvas.rect([s.x(left), mattress - 36.0, s.width() * 0.37, 38.0], 15.0, Tone::PAPER);
    }
    s.canvas.rect([x, mattress, w, rail - mattress + 12.0], 13.0, Tone::PAPER.darker(0.06));
    let d = outline!(
        "M{} {}Q{} {} {} {}H{}Q{} {} {} {}V{}Q{} {} {} {}T{} {}z",
        x,
        mattress + 26.0,
        x,
        mattress + 4.0,
        x + 16.0,
        mattress + 4.0,
        x + w - 16.0,
        x + w,
        mattress + 4.0,
        x + w,
        mattress + 26.0,
        rail + 2.0,
        x + w * 0.75,
        rail + 12.0,
        x + w * 0.5,
        rail + 6.0,
        x,
        rail + 5.0
    );
    s.canvas.path(&d, throw);
    s.canvas.line((x + 6.0, mattress + 17.0), (x + w - 6.0, mattress + 17.0), throw.lighter(0.25), 3.0);
}

/// A mattress on its own, from the side.
pub(crate) fn draw_mattress(s: &mut Scene) {
    let main = s.main.darker(0.02);
    let (top, h) = (s.floor - 96.0, 92.0);
    s.canvas.rect([s.left, top, s.width(), h], 22.0, main.darker(0.07));
    s.canvas.rect([s.left, top, s.width(), h * 0.5], 22.0, main);
    let mut d = String::new();
    for step in 0..10 {
        let x = s.x(0.05 + 0.09 * f64::from(step));
        let w = s.width() * 0.045;
        d.push_str(&outline!("M{} {}q{} -11 {} 0q{} 11 {} 0", x, top + h * 0.68, w / 2.0, w, w / 2.0, w));
    }
    s.canvas.stroke(&d, main.darker(0.18), 1.8);
    for y in [top + h * 0.48, top + h * 0.88] {
        s.canvas.line((s.left + 8.0, y), (s.right - 8.0, y), Tone::from_hex("#8fa6b8"), 3.0);
    }
}
