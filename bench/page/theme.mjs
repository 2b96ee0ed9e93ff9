// Colours of the charts, for a light page and for a dark one. Each stands on a ground of its own, so that a chart
// can be read wherever it is shown. What is ours is told from the rest by form as well as by colour.

export const themes = {
  light: {
    ground: '#ffffff',
    text: '#1f2328',
    faint: '#d1d9e0',
    ours: '#0969da',
    limit: '#6e7781',
    plain: '#9a6700',
    peer: '#8250df',
  },
  dark: {
    ground: '#0d1117',
    text: '#e6edf3',
    faint: '#3d444d',
    ours: '#58a6ff',
    limit: '#9198a1',
    plain: '#d29922',
    peer: '#bc8cff',
  },
}

export const kinds = { ours: 'wholeline', limit: 'limits', plain: 'Node alone', peer: 'other packages' }
