/** iCalendar in XML (RFC 6321), from its tree in the form of jCal. Pure. */

/** Name, parameters, type, values. */
export type Property = [name: string, parameters: object, type: string, ...values: (string | number)[]];
/** Name, properties, components. */
export type Component = [name: string, properties: Property[], components: Component[]];

const NAMESPACE = 'urn:ietf:params:xml:ns:icalendar-2.0';
const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For text between tags and in attributes; what XML cannot say must have gone before. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? one);
}

export function xmlOf(root: Component): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<icalendar xmlns="${NAMESPACE}">${componentOf(root)}</icalendar>\n`;
}

function componentOf([name, properties, components]: Component): string {
  const within = components.length > 0 ? element('components', components.map(componentOf).join('')) : '';
  return element(name, `${element('properties', properties.map(propertyOf).join(''))}${within}`);
}

function propertyOf([name, , type, ...values]: Property): string {
  return element(name, values.map((value) => element(type, escapeXml(String(value)))).join(''));
}

/** Names are those of this server, never a client's. */
function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}
