// Renders [[template, ...], values] from standard input with the real handlebars.js 4.7.10, and prints what came out; null where it refused.
const handlebars = require('./handlebars.min.js');
const [templates, values] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const items = text => (text || '').split(',').map(item => item.trim()).filter(item => item);

handlebars.registerHelper('upper', text => text.toUpperCase());
handlebars.registerHelper('lower', text => text.toLowerCase());
handlebars.registerHelper('default', (text, other) => text || other);
handlebars.registerHelper('join', (text, separator) => items(text).join(separator));
const each = handlebars.helpers.each;
handlebars.registerHelper('each', function (list, options) { return each.call(this, items(list), options); });

const render = template => {
  try {
    // compat: a name means the environment inside of #each too.
    return handlebars.compile(template, { noEscape: true, compat: true })(values);
  } catch {
    return null;
  }
};
console.log(JSON.stringify(templates.map(render)));
