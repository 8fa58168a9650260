import shared from './jest.config.mjs';

/** The same specs, each with modules and globals of its own: for `--coverage`, and to find specs that depend on others. */
const { projects, ...rest } = shared;
const isolated = projects.map(({ runtime: _runtime, ...project }) => ({ ...project, testEnvironment: 'node' }));

export default { ...rest, projects: isolated };
