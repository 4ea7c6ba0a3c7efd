//! Monitor arms, television mounts and room dividers.

use serde::Deserialize;

use super::{
    Scene,
    canvas::{Tone, outline},
    chairs::weave,
};

/// An arm that holds screens over a desk.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MonitorArm {
    screens: u32,
}

impl MonitorArm {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let tone = s.main.darker(0.06);
        let desk = s.floor - 18.0;
        s.canvas.rect([40.0, desk, 320.0, 18.0], 3.0, Tone::from_hex("#d3ab78"));
        s.canvas.rect([193.0, s.y(0.6), 14.0, desk - s.y(0.6)], 4.0, tone);
        s.canvas.rect([180.0, desk - 9.0, 40.0, 10.0], 3.0, tone.darker(0.15));
        if self.screens == 1 {
            s.canvas.stroke(&outline!("M200 {}L262 {}L214 {}", s.y(0.5), s.y(0.62), s.y(0.72)), tone.line(), 13.0);
            draw_screen(s, 200.0, 190.0);
            return;
        }
        for (elbow, centre) in [(150.0, 116.0), (250.0, 284.0)] {
            s.canvas.stroke(
                &outline!("M200 {}L{} {}L{} {}", s.y(0.5), elbow, s.y(0.6), centre, s.y(0.66)),
                tone.line(),
                11.0,
            );
        }
        draw_screen(s, 116.0, 150.0);
        draw_screen(s, 284.0, 150.0);
    }
}

fn draw_screen(s: &mut Scene, centre: f64, width: f64) {
    let height = width * 0.58;
    let top = s.y(0.72) - height / 2.0 - 10.0;
    s.canvas.rect([centre - width / 2.0, top, width, height], 5.0, Tone::INK);
    s.canvas.rect([centre - width / 2.0 + 5.0, top + 5.0, width - 10.0, height - 10.0], 2.0, Tone::from_hex("#5d7f92"));
    let d = outline!(
        "M{} {}l{} -{}h{}l-{} {}z",
        centre - width * 0.3,
        top + height - 5.0,
        width * 0.3,
        height - 10.0,
        width * 0.14,
        width * 0.3,
        height - 10.0
    );
    s.canvas.path(&d, Tone::from_hex("#6d90a3"));
}

/// What holds a television.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TvMount {
    /// Turns and pulls out.
    #[serde(default)]
    arm: bool,
    /// A stand on castors.
    #[serde(default)]
    stand: bool,
}

impl TvMount {
    /// Whether it stands on the floor.
    pub(super) fn stands(&self) -> bool {
        self.stand
    }

    pub(crate) fn draw(&self, s: &mut Scene) {
        let metal = s.main.lighter(0.12);
        if self.stand {
            s.canvas.rect([193.0, s.top + 40.0, 14.0, s.floor - s.top - 56.0], 3.0, metal);
            s.canvas.rect([s.x(0.3), s.y(0.38), s.width() * 0.4, 7.0], 2.0, metal.darker(0.1));
            s.canvas.rect([s.x(0.0), s.floor - 24.0, s.width(), 8.0], 4.0, metal);
            for share in [0.05, 0.95] {
                let x = s.x(share);
                s.castor(x, 8.0);
            }
            draw_television(s, [86.0, s.top, 228.0, 132.0]);
            return;
        }
        // Seen from behind: the back of the screen and the bracket on it.
        let (x, y, w, h) = (s.left, s.top + 8.0, s.width(), s.height() * 0.84);
        s.canvas.rect([x, y, w, h], 8.0, Tone::INK.lighter(0.3));
        s.canvas.rect([x + 3.0, y + 3.0, w - 6.0, h - 6.0], 6.0, Tone::INK.lighter(0.2));
        for left in [150.0, 236.0] {
            s.canvas.rect([left, y + h * 0.14, 14.0, h * 0.72], 3.0, s.main.lighter(0.35));
            for share in [0.2, 0.5, 0.78] {
                s.canvas.circle(left + 7.0, y + h * share, 2.6, Tone::INK);
            }
        }
        for share in [0.3, 0.62] {
            s.canvas.rect([128.0, y + h * share, 144.0, 13.0], 3.0, s.main.lighter(0.28));
        }
        if self.arm {
            s.canvas.stroke(
                &outline!("M200 {}L248 {}L206 {}", y + h * 0.5, y + h * 0.62, y + h + 24.0),
                Tone::METAL,
                14.0,
            );
            s.canvas.circle(200.0, y + h * 0.5, 11.0, Tone::METAL.darker(0.25));
            s.canvas.rect([176.0, y + h + 16.0, 60.0, 20.0], 4.0, Tone::METAL.darker(0.2));
        }
    }
}

fn draw_television(s: &mut Scene, [x, y, w, h]: [f64; 4]) {
    s.canvas.rect([x, y, w, h], 5.0, Tone::INK);
    s.canvas.rect([x + 4.0, y + 4.0, w - 8.0, h - 8.0], 2.0, Tone::from_hex("#46616f"));
    let d =
        outline!("M{} {}l{} -{}h{}l-{} {}z", x + w * 0.2, y + h - 4.0, w * 0.26, h - 8.0, w * 0.16, w * 0.26, h - 8.0);
    s.canvas.path(&d, Tone::from_hex("#567483"));
}

/// Hinged panels.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoomDivider {
    panels: u32,
    fill: Fill,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fill {
    Paper,
    Weave,
    Slats,
}

impl RoomDivider {
    pub(crate) fn draw(&self, s: &mut Scene) {
        let each = s.width() / f64::from(self.panels);
        for place in 0..self.panels {
            // Panels stand in a zigzag: every other one is in shade and a little higher in the picture.
            let shade = f64::from(place % 2);
            let area = [s.left + each * f64::from(place), s.top + 4.0 - 4.0 * shade, each, s.height() - 8.0];
            self.draw_panel(s, area, shade * 0.09);
        }
    }

    fn draw_panel(&self, s: &mut Scene, [x, y, w, h]: [f64; 4], shade: f64) {
        let frame = s.main.darker(shade);
        s.canvas.rect([x + 0.6, y, w - 1.2, h + 4.0], 2.0, frame.line());
        s.canvas.rect([x + 1.4, y, w - 2.8, h + 4.0], 2.0, frame);
        let inner = [x + 6.0, y + 7.0, w - 12.0, h - 20.0];
        match self.fill {
            Fill::Paper => {
                s.canvas.rect(inner, 1.0, Tone::PAPER.darker(shade));
                let mut d = outline!("M{} {}v{}", x + w / 2.0, inner[1], inner[3]);
                for row in 1..5 {
                    d.push_str(&outline!("M{} {}h{}", inner[0], inner[1] + inner[3] * f64::from(row) / 5.0, inner[2]));
                }
                s.canvas.stroke(&d, frame.line(), 2.0);
            }
            Fill::Weave => {
                s.canvas.rect(inner, 1.0, frame.lighter(0.25));
                weave(s, inner);
            }
            Fill::Slats => {
                let mut d = String::new();
                for row in 0..16 {
                    d.push_str(&outline!(
                        "M{} {}h{}",
                        inner[0],
                        inner[1] + 4.0 + inner[3] * f64::from(row) / 16.0,
                        inner[2]
                    ));
                }
                s.canvas.stroke(&d, frame.line(), 3.0);
            }
        }
    }
}
